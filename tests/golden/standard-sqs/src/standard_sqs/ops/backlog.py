"""How much work waits on SQS: its own figures, which are approximate and a minute late at times."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from kombu import Connection

from standard_sqs.topology import DEAD_LETTER_QUEUE

HEADERS = ("ready", "unacked", "delayed")
_COUNTS = {
    "ready": "ApproximateNumberOfMessages",
    "unacked": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}


@dataclass(frozen=True)
class Backlog:
    """The messages of one queue.

    Attributes:
        ready: not yet delivered.
        unacked: delivered to a worker and not acknowledged: running, prefetched or held.
        delayed: wait in SQS for their countdown or retry.
    """

    ready: int
    unacked: int = 0
    delayed: int = 0
    #: SQS does not know who reads a queue.
    consumers: ClassVar[None] = None

    def cells(self) -> list[object]:
        """A row under `HEADERS`."""
        return [self.ready, self.unacked, self.delayed]


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
        lines = ["unacked: delivered to workers; delayed: SQS holds them for countdown or retry"]
        if self.dead_letters:
            lines.append(f"dead letters in {DEAD_LETTER_QUEUE}: {self.dead_letters}")
        return lines


def read_depths(connection: Connection, names: Sequence[str]) -> Depths:
    """Ask SQS about queues, by their full names; a request for each."""
    dead_letters = _backlog(connection, DEAD_LETTER_QUEUE).ready
    return Depths({name: _backlog(connection, name) for name in names}, dead_letters)


def _backlog(connection: Connection, name: str) -> Backlog:
    channel = connection.default_channel
    counts = channel.attributes(name, *_COUNTS.values())
    return Backlog(**{field: int(counts[name]) for field, name in _COUNTS.items()})
