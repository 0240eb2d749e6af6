"""How much work waits on Redis.

The length of a list is not the backlog. A queue is one list per priority, and a message that a
worker has fetched moves to the hash `unacked` until its task has ended. Tasks that wait for their
countdown or for a retry are there as well.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from itertools import islice
from time import time
from typing import Any

from kombu import Connection

from full_redis.topology import kombu_queues

COUNTED = "unacked: delivered to workers; held: those of them that wait for countdown or retry"
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
        consumers: always None: Redis does not know who reads a list.
        complete: False when there were more unacked messages than are read.
    """

    ready: int | None
    unacked: int | None = 0
    held: int | None = 0
    oldest_unacked_seconds: int | None = None
    consumers: int | None = None
    complete: bool = True


@dataclass(frozen=True)
class _Delivery:
    """One unacked message."""

    queue: str
    held: bool
    age: float


def read_backlogs(connection: Connection, names: Sequence[str]) -> dict[str, Backlog]:
    """The backlog of each queue, by the queue's full name."""
    channel = connection.default_channel
    backlogs = {name: Backlog(ready) for name, ready in _ready(channel, names).items()}
    complete = int(channel.client.hlen(channel.unacked_key)) <= UNACKED_LIMIT
    for delivery in _deliveries(channel):
        if delivery.queue in backlogs:
            backlogs[delivery.queue] = _with_delivery(backlogs[delivery.queue], delivery)
    return {name: replace(backlog, complete=complete) for name, backlog in backlogs.items()}


def read_delayed(connection: Connection) -> int:
    """Messages that the broker holds for later: none, on Redis workers do (`Backlog.held`)."""
    del connection
    return 0


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
        held=eta is not None and datetime.fromisoformat(eta) > datetime.now(timezone.utc),
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
        unacked=(backlog.unacked or 0) + 1,
        held=(backlog.held or 0) + delivery.held,
        oldest_unacked_seconds=int(delivery.age) if oldest is None else oldest,
    )
