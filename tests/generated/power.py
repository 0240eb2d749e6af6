"""All servers of a stack end at once, as in a power cut, and come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generated.stacks import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from celery_scaffold.model.backends import Backend
    from celery_scaffold.model.services import Service

    from generated.stacks import Stack

# Here a stand-in for MongoDB (tests/images/mongo): what it keeps when it is killed says nothing of MongoDB.
STAND_INS = frozenset({"mongo"})


@dataclass(frozen=True)
class PowerCut:
    """One that has begun.

    Attributes:
        stack: whose servers have ended.
        frozen: the containers of emulators.
        killed: those of all others.
    """

    stack: Stack
    frozen: Sequence[str]
    killed: Sequence[str]

    def end(self) -> None:
        """Start the servers again, and wait until they answer."""
        for command, containers in (("unpause", self.frozen), ("start", self.killed)):
            if containers:
                self.stack.checked("docker", command, *containers)
        # `up --wait` would give up on one that its frozen time has made unhealthy.
        wait_for(lambda: set(self._health()) <= {"healthy"}, 120, "the servers answer", self._health)

    def _health(self) -> list[str]:
        containers = (*self.frozen, *self.killed)
        form = "{{.State.Health.Status}}"
        return self.stack.checked("docker", "inspect", "--format", form, *containers).split() if containers else []


def cut(stack: Stack, services: Iterable[Service]) -> PowerCut:
    """End all of these servers."""
    wanted = dict.fromkeys(services)
    frozen = [one for service in wanted if is_frozen(service) for one in stack.containers(service.name)]
    killed = [one for service in wanted if not is_frozen(service) for one in stack.containers(service.name)]
    for container in frozen:
        _freeze(stack, container)
    if killed:
        stack.checked("docker", "kill", *killed)
    return PowerCut(stack, frozen, killed)


def is_frozen(service: Service) -> bool:
    """Whether it is frozen where others are killed: an emulator keeps nothing, and would be another server."""
    return service.stands_in_for != "" or service.name in STAND_INS


def keeps_results(backend: Backend) -> bool:
    """Whether results outlive the end of its servers, and can be asked for by anybody: memcached's are gone."""
    kept = [service for service in backend.services if service.keeps_data or is_frozen(service)]
    return backend.reads_elsewhere and len(kept) == len(backend.services)


def _freeze(stack: Stack, container: str) -> None:
    """Docker gives up where a process of the container, such as a check of its health, begins in that moment."""
    said: list[str] = []

    def is_done() -> bool:
        done = stack.run("docker", "pause", container)
        said.append(done.stderr)
        return done.returncode == 0

    wait_for(is_done, 60, "a container is frozen", lambda: said)
