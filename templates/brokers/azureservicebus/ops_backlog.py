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


{% set figures = "ready: wait or run; delayed: Service Bus holds them for countdown or retry" %}
{% set request = "Ask Service Bus about queues, by their full names; a request for each." %}
{% include "partials/backlog/depths.py" %}


def _backlog(connection: Connection, name: str) -> Backlog:
    management = connection.default_channel.queue_mgmt_service
    counts = management.get_queue_runtime_properties(name)
    return Backlog(counts.active_message_count, delayed=counts.scheduled_message_count)
