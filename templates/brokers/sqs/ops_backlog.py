"""How much work waits on SQS: its own figures, which are approximate and a minute late at times."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from kombu import Connection

from {{ cookiecutter._project.package }}.topology import DEAD_LETTER_QUEUE

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


{% set figures = "unacked: delivered to workers; delayed: SQS holds them for countdown or retry" %}
{% set request = "Ask SQS about queues, by their full names; a request for each." %}
{% include "partials/backlog/depths.py" %}


def _backlog(connection: Connection, name: str) -> Backlog:
    channel = connection.default_channel
    counts = channel.attributes(name, *_COUNTS.values())
    return Backlog(**{field: int(counts[name]) for field, name in _COUNTS.items()})
