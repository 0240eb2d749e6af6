"""The servers of a stack die alone, under load, and come back: what was sent before, and what became of it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS

from generated.owner import BRIEF
from generated.power import cut
from generated.stacks import wait_for

if TYPE_CHECKING:
    from generated.stacks import Run, Stack

SECONDS = 8
LIMITED = 200
# How long the tasks under way take: past the outage, and until the server answers again.
RUNNING_SECONDS = 20
COUNTDOWN = 20
# Prints the states of the results of these tasks.
STATES = """
import json, sys
from shop.app import app
print(json.dumps({id_: app.AsyncResult(id_).state for id_ in json.loads(sys.argv[1])}))
"""


@dataclass(frozen=True)
class Outage:
    """One outage.

    Attributes:
        sent: the ids of the tasks sent before it, by service: 200 with a rate limit, one that runs with others behind
            it on each kind of pool, and one with a countdown.
        containers: id and start of every container that is no server.
        again: when the servers answered again.
    """

    sent: dict[str, list[str]]
    containers: dict[str, str]
    again: datetime

    def unfinished(self, stack: Stack) -> dict[str, dict[str, list[str]]]:
        """What the workers have said of the tasks that have not run to their end."""
        return {service: stack.unfinished(service, ids) for service, ids in self.sent.items()}

    def are_done(self, stack: Stack) -> bool:
        """Whether each task has run to its end."""
        return all(stack.have_succeeded(service, ids) for service, ids in self.sent.items())

    def runs(self, stack: Stack) -> list[Run]:
        """Every run of these tasks that ended well."""
        return [run for service, ids in self.sent.items() for run in stack.runs(service) if run.task_id in ids]

    def without_result(self, stack: Stack) -> dict[str, str]:
        """The states of those whose result says anything but success."""
        ids = json.dumps([id_ for ids in self.sent.values() for id_ in ids])
        said = stack.compose("exec", "-T", "worker-default", "python", "-", ids, stdin=STATES)
        return {id_: state for id_, state in json.loads(said).items() if state != "SUCCESS"}


def outage(stack: Stack, broker: str, backend: str) -> Outage:
    """Send, end the servers when tasks run, start them 8 s later, and wait until they answer."""
    sent = _load(stack)
    for queue in BRIEF:
        wait_for(partial(_has_begun, stack, f"worker-{queue}", sent[f"worker-{queue}"][0]), 30, f"{queue} works")
    containers = starts(stack)
    power_cut = cut(stack, (*BROKERS[broker].services, *BACKENDS[backend].services))
    time.sleep(SECONDS)
    power_cut.end()
    return Outage(sent, containers, datetime.now(timezone.utc))


def starts(stack: Stack) -> dict[str, str]:
    """When each container of a worker or a beat was started, by its id."""
    services = ["beat", "worker-default", "worker-emails", *(f"worker-{queue}" for queue in BRIEF)]
    running = [container for service in services for container in stack.containers(service)]
    said = stack.checked("docker", "inspect", "--format", "{{.Id}} {{.State.StartedAt}}", *running)
    return dict(line.split() for line in said.splitlines())


def late(found: Outage, runs: list[Run], bound: timedelta) -> dict[str, str]:
    """The tasks that began later than they should have, and by how much."""
    return {run.task_id: str(run.start - found.again) for run in runs if run.start - found.again > bound}


def _load(stack: Stack) -> dict[str, list[str]]:
    limited, *others = stack.send_all(
        ("shop.tasks.emails.example", LIMITED, ()),
        *((f"shop.tasks.{queue}.slow", 1, (RUNNING_SECONDS,)) for queue in BRIEF),
        *((f"shop.tasks.{queue}.example", 3, ()) for queue in BRIEF),
    )
    later = stack.operate("send", "shop.tasks.default.example", "--countdown", str(COUNTDOWN)).stdout.split()
    slow, behind = others[: len(BRIEF)], others[len(BRIEF) :]
    brief = {f"worker-{queue}": [*slow[place], *behind[place]] for place, queue in enumerate(BRIEF)}
    return {"worker-emails": limited, "worker-default": later, **brief}


def _has_begun(stack: Stack, service: str, task_id: str) -> bool:
    return any(record.get("event") == "begins" for record in stack.records_of(service, task_id))
