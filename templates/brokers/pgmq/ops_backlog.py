"""How much work waits on PostgreSQL: rows are counted, so what waits for its time is told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from kombu import Connection
from psycopg.sql import SQL

from {{ cookiecutter._project.package }}.reliability.tables import queue_table
from {{ cookiecutter._project.package }}.topology import DEAD_LETTER_QUEUE

HEADERS = ("ready", "unacked", "delayed", "oldest ready")
# A message is read when it is delivered, and visible again when it is returned.
_COUNT = SQL(
    "SELECT count(*) FILTER (WHERE vt <= now()),"
    " count(*) FILTER (WHERE vt > now() AND read_ct > 0),"
    " count(*) FILTER (WHERE vt > now() AND read_ct = 0),"
    " extract(epoch FROM now() - min(vt) FILTER (WHERE vt <= now()))::integer"
    " FROM {}"
)


@dataclass(frozen=True)
class Backlog:
    """The messages of one queue.

    Attributes:
        ready: not yet delivered.
        unacked: delivered to a worker and not acknowledged: running or prefetched.
        delayed: wait in PostgreSQL for their countdown or retry.
        oldest_ready_seconds: for how long the oldest one that is ready has been so.
    """

    ready: int
    unacked: int = 0
    delayed: int = 0
    oldest_ready_seconds: int | None = None
    #: PostgreSQL does not know who reads a table.
    consumers: ClassVar[None] = None

    def cells(self) -> list[object]:
        """A row under `HEADERS`."""
        oldest = self.oldest_ready_seconds
        return [self.ready, self.unacked, self.delayed, None if oldest is None else f"{oldest} s"]


{% set figures = "unacked: delivered to workers; delayed: held for countdown or retry" %}
{% set request = "Ask PostgreSQL about queues, by their full names." %}
{% include "partials/backlog/depths.py" %}


def _backlog(connection: Connection, name: str) -> Backlog:
    with connection.transport.session.connection() as session:
        row = session.execute(_COUNT.format(queue_table(name))).fetchone()
    return Backlog(*row)
