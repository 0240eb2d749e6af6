"""How much work waits on {{ cookiecutter._broker.server }}.

The length of a list is not the backlog. A queue is one list per priority, and a message that a
worker has fetched moves to the hash `unacked` until its task has ended. Tasks that wait for their
countdown or for a retry are there as well.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import time
from typing import Any, ClassVar

from celery.utils.time import maybe_iso8601, maybe_make_aware
from kombu import Connection

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.topology import kombu_queues

HEADERS = ("ready", "unacked", "held", "oldest unacked")
# Each unacked message is read as a whole to learn its queue, so only the oldest ones are.
UNACKED_LIMIT = 5_000
_CHUNK = 200


@dataclass(frozen=True)
class Backlog:
    """The messages of one queue.

    Attributes:
        ready: not yet delivered.
        unacked: delivered to a worker and not acknowledged: running, prefetched or held.
        held: the part of `unacked` that waits in a worker for its countdown or retry.
        oldest_unacked_seconds: since the oldest unacked message was delivered.
    """

    ready: int
    unacked: int = 0
    held: int = 0
    oldest_unacked_seconds: int | None = None
    #: {{ cookiecutter._broker.server }} does not know who reads a list.
    consumers: ClassVar[None] = None

    def cells(self) -> list[object]:
        """A row under `HEADERS`."""
        oldest = self.oldest_unacked_seconds
        return [self.ready, self.unacked, self.held, None if oldest is None else f"{oldest} s"]


@dataclass(frozen=True)
class Depths:
    """What waits on the broker.

    Attributes:
        backlogs: by full queue name.
        complete: False when there were more unacked messages than are read.
    """

    backlogs: dict[str, Backlog]
    complete: bool = True

    def facts(self) -> dict[str, object]:
        """What holds for all queues, for programs."""
        return {"complete": self.complete}

    def notes(self) -> list[str]:
        """What the figures mean."""
        lines = ["unacked: delivered to workers; held: the part that waits for countdown or retry"]
        if not self.complete:
            lines.append("unacked and held are higher: only the oldest deliveries were read")
        return lines


@dataclass(frozen=True)
class _Delivery:
    """One unacked message."""

    queue: str
    held: bool
    age: float


def read_depths(connection: Connection, names: Sequence[str]) -> Depths:
    """Ask the broker about queues, by their full names."""
    channel = connection.default_channel
    backlogs = {name: Backlog(ready) for name, ready in _ready(channel, names).items()}
    complete = int(channel.client.hlen(channel.unacked_key)) <= UNACKED_LIMIT
    for delivery in _deliveries(channel):
        if delivery.queue in backlogs:
            backlogs[delivery.queue] = _with_delivery(backlogs[delivery.queue], delivery)
    return Depths(backlogs, complete)


def _ready(channel: Any, names: Sequence[str]) -> dict[str, int]:
    with channel.client.pipeline(transaction=False) as pipeline:
        for name in names:
            for key in _priority_lists(channel, name):
                pipeline.llen(key)
        lengths = iter(pipeline.execute())
    steps = len(channel.priority_steps)
    return {name: sum(islice(lengths, steps)) for name in names}


def _priority_lists(channel: Any, name: str) -> Iterator[str]:
    """The first step's list has the queue's own name (kombu/transport/redis.py, `_q_for_pri`)."""
    for step in channel.priority_steps:
        yield f"{name}{channel.sep}{step}" if step else name


def _deliveries(channel: Any) -> Iterator[_Delivery]:
    """Unacked messages, the oldest delivery first."""
    queues = _queue_of_route()
    index = channel.client.zrange(channel.unacked_index_key, 0, UNACKED_LIMIT - 1, withscores=True)
    for chunk in _chunks(index):
        with channel.client.pipeline(transaction=False) as pipeline:
            for tag, _ in chunk:
                pipeline.hget(channel.unacked_key, tag)
            entries = pipeline.execute()
        for (_, delivered), entry in zip(chunk, entries, strict=True):
            if entry is not None:  # acknowledged in the meantime
                yield _delivery(entry, delivered, queues)


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _delivery(entry: bytes, delivered: float, queues: Mapping[tuple[str, str], str]) -> _Delivery:
    message, exchange, routing_key = json.loads(entry)
    eta = message.get("headers", {}).get("eta")
    return _Delivery(
        queue=queues.get((exchange, routing_key), ""),
        # Without an offset it is meant in the time zone of the application.
        held=eta is not None and maybe_make_aware(maybe_iso8601(eta), app.timezone) > app.now(),
        age=max(0.0, time() - delivered),
    )


def _queue_of_route() -> dict[tuple[str, str], str]:
    """The queue of an exchange and a routing key; the anonymous exchange routes by queue name."""
    queues = kombu_queues()
    named = {(queue.exchange.name, queue.routing_key): queue.name for queue in queues}
    return named | {("", queue.name): queue.name for queue in queues}


def _with_delivery(backlog: Backlog, delivery: _Delivery) -> Backlog:
    oldest = backlog.oldest_unacked_seconds
    return replace(
        backlog,
        unacked=backlog.unacked + 1,
        held=backlog.held + delivery.held,
        oldest_unacked_seconds=int(delivery.age) if oldest is None else oldest,
    )
