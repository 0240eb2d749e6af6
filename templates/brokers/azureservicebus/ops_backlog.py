"""How much work waits on Service Bus: its own figures, which need the right to manage it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from kombu import Connection

from {{ cookiecutter._project.package }}.topology import DEAD_LETTER_QUEUE

HEADERS = ("ready", "delayed")


@dataclass(frozen=True)
class Backlog:
    """The messages of one queue.

    Attributes:
        ready: not acknowledged; Service Bus counts those with them that are being worked on.
        unacked: nothing, for this reason.
        delayed: wait in Service Bus for their countdown or retry.
    """

    ready: int
    unacked: int | None = None
    delayed: int = 0
    #: Service Bus does not know who reads a queue.
    consumers: ClassVar[None] = None

    def cells(self) -> list[object]:
        """A row under `HEADERS`."""
        return [self.ready, self.delayed]


@dataclass(frozen=True)
class Depths:
    """What waits on the broker.

    Attributes:
        backlogs: by full queue name.
        dead_letters: messages that were given up.
    """

    backlogs: dict[str, Backlog]
    dead_letters: int = 0

    def facts(self) -> dict[str, object]:
        """What holds for all queues, for programs."""
        delayed = sum(backlog.delayed for backlog in self.backlogs.values())
        return {"delayed": delayed, "dead_letters": self.dead_letters}

    def notes(self) -> list[str]:
        """What the figures mean, and what waits outside of the queues."""
        lines = ["ready: wait or run; delayed: Service Bus holds them for countdown or retry"]
        if self.dead_letters:
            lines.append(f"dead letters in {DEAD_LETTER_QUEUE}: {self.dead_letters}")
        return lines


def read_depths(connection: Connection, names: Sequence[str]) -> Depths:
    """Ask Service Bus about queues, by their full names; a request for each."""
    dead_letters = _backlog(connection, DEAD_LETTER_QUEUE).ready
    return Depths({name: _backlog(connection, name) for name in names}, dead_letters)


def _backlog(connection: Connection, name: str) -> Backlog:
    management = connection.default_channel.queue_mgmt_service
    counts = management.get_queue_runtime_properties(name)
    return Backlog(counts.active_message_count, delayed=counts.scheduled_message_count)
