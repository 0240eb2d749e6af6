"""A generated project, its servers in containers, and the program that starts its workers and sends to them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS

from generated.owner import choose_free_ports, new
from generated.power import cut
from generated.stacks import Stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celery_scaffold.model.services import Service

    from generated.power import PowerCut

# One of them with threads; as many processes as two cores can bear. Limits are longer than the outage: a task
# that cannot store its result in time has failed. They are shorter than usual: what PGMQ handed out when it died
# is hidden for some two limits.
QUEUES = {
    "default": "max_task_seconds=60,concurrency=1",
    "urgent": "max_task_seconds=60,concurrency=2",
    "heavy": "max_task_seconds=60,concurrency=2",
    "hooks": "max_task_seconds=60,pool=threads",
}
FILES = ("driver.py", "tasks.py")


@dataclass
class Accepted:
    """What one pair of broker and backend is asked with.

    Attributes:
        stack: the project and its servers.
        broker: the kind.
        backend: the kind.
    """

    stack: Stack
    broker: str
    backend: str
    _driver: subprocess.Popen[str] | None = field(default=None)

    @property
    def services(self) -> tuple[Service, ...]:
        """The servers that the pair needs."""
        return tuple(dict.fromkeys((*BROKERS[self.broker].services, *BACKENDS[self.backend].services)))

    @property
    def inside(self) -> bool:
        """Whether only containers reach the servers."""
        return any(service.inside_only for service in self.services)

    def up(self) -> None:
        """Install the project, start its servers, then the driver."""
        if self.inside:
            self.stack.checked("make", "lock")
            self._servers("build", "--quiet", "tests")
        else:
            self.stack.checked("uv", "sync", "--quiet", "--no-dev", "--compile-bytecode")
        if self.services:
            self._servers("up", "--detach", "--wait", "--no-build", *self._names())
        here = ("uv", "run", "--quiet", "--no-dev", "--env-file", ".env")
        there = (*self._compose(), "run", "--rm", "--no-deps", "-T", "--user", f"{os.getuid()}:{os.getgid()}", "tests")
        self._driver = subprocess.Popen(
            [*(there if self.inside else here), "python", "acceptance/driver.py", "shop"],
            cwd=self.stack.directory,
            env=self.stack.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, command: str, *arguments: object) -> Any:
        """The driver's answer. Raises AssertionError with the workers' logs when it has none."""
        if self._driver is None or self._driver.stdin is None or self._driver.stdout is None:
            raise AssertionError("the driver was not started")
        self._driver.stdin.write(json.dumps([command, arguments]) + "\n")
        self._driver.stdin.flush()
        line = self._driver.stdout.readline()
        if not line:
            raise AssertionError(f"the driver ended with {self._driver.wait(10)}")
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(f"{command}: {answer['error']}\n{answer['logs']}")
        return answer["value"]

    def labels(self, event: str) -> set[str]:
        """Of the tasks of which the journal says so."""
        return {entry["label"] for entry in self.ask("entries", event)}

    def cut_power(self) -> PowerCut:
        """End all servers at once."""
        return cut(self.stack, self.services)

    def down(self) -> None:
        """Leave nothing behind."""
        if self._driver is not None and self._driver.stdin is not None and self._driver.stdout is not None:
            with suppress(BrokenPipeError):
                self._driver.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._driver.wait(60)
            self._driver.kill()
            self._driver.wait()
            self._driver.stdout.close()
        self._servers("down", "--volumes", "--remove-orphans", "--timeout", "1")

    def _names(self) -> list[str]:
        return [service.name for service in self.services]

    def _compose(self) -> tuple[str, ...]:
        return ("docker", "compose", "-f", "compose.yaml", "-f", "compose.dev.yaml")

    def _servers(self, *words: str) -> str:
        return self.stack.checked(*self._compose(), *words)


def project(directory: Path, broker: str, backend: str, run: str) -> Accepted:
    """A new project for a pair, with the driver in it; nothing of it runs yet."""
    flags = [word for name, options in QUEUES.items() for word in ("--queue", f"{name}:{options}")]
    root = new(directory, "--broker", broker, "--backend", backend, *flags)
    choose_free_ports(root)
    (root / "acceptance").mkdir()
    _copy(Path(__file__).parent, root / "acceptance", FILES)
    return Accepted(Stack(root, f"acceptance-{broker}-{backend}-{run}"), broker, backend)


def _copy(source: Path, target: Path, names: Sequence[str]) -> None:
    for name in names:
        shutil.copy(source / name, target / name)
