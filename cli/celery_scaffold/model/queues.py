"""Queues as their owner states them: what a task may take, how many at once, in which kind of pool."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from enum import Enum

from celery_scaffold.errors import ScaffoldError, nearest, shown
from celery_scaffold.model.names import queue_name
from celery_scaffold.model.values import text_of, whole_number, words_of

LONGEST_TASK = 6 * 60 * 60
LARGEST_CONCURRENCY = 256
MOST_QUEUES = 500
_LONGEST_GLOB = 200


class Pool(str, Enum):
    """How a worker runs tasks at once. gevent and eventlet are left out: soft limits do not act there."""

    PREFORK = "prefork"
    THREADS = "threads"


class Priority(str, Enum):
    """Two levels, because a quorum queue has two: more would mean different things on different brokers."""

    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True)
class Queue:
    """One queue, its worker and the tasks that are routed to it.

    Attributes:
        name: short name; the broker sees `<project>.<name>`.
        max_task_seconds: how long one task may take; every timeout follows from it.
        concurrency: tasks at once in one worker process.
        pool: processes, or threads for tasks that only wait (Celery enforces no time limits there).
        priority: what a task on this queue is published with.
        rate_limit: Celery's form, `10/s`, `100/m`, `1000/h`, per worker; empty for none.
        routes: task-name globs that lead here; empty means the queue's own task module.
    """

    name: str
    max_task_seconds: int = 60
    concurrency: int = 4
    pool: Pool = Pool.PREFORK
    priority: Priority = Priority.NORMAL
    rate_limit: str = ""
    routes: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The name of the task module: the queue's name as an identifier."""
        return self.name.replace("-", "_")


KNOWN = {
    queue.name: queue
    for queue in (
        Queue("default"),
        Queue("urgent", max_task_seconds=10, priority=Priority.HIGH),
        Queue("heavy", max_task_seconds=900, concurrency=2),
        Queue("emails", max_task_seconds=30, rate_limit="10/s"),
    )
}
DEFAULT_QUEUES = tuple(KNOWN.values())
KEYS = tuple(field.name for field in fields(Queue) if field.name != "name")

_RATE = re.compile(r"[1-9][0-9]{0,6}/[smh]")
_GLOB = re.compile(r"[A-Za-z_*][A-Za-z0-9_*]*(?:\.[A-Za-z0-9_*]+)*")


def parse_queue(text: str) -> Queue:
    """Read `NAME[:key=value,…]`; several routes are joined with `+`.

    A known name (default, urgent, heavy, emails) starts from its usual values.

    Raises:
        ScaffoldError: an unknown key, or a value out of range, by name.
    """
    name, separator, rest = text.strip().partition(":")
    queue = named_queue(name)
    if not separator:
        return queue
    given: set[str] = set()
    for pair in rest.split(","):
        key, equals, value = (part.strip() for part in pair.partition("="))
        if not equals:
            raise ScaffoldError(f"queue {name!r}: {shown(pair)} is not key=value", f"keys: {', '.join(KEYS)}")
        if key in given:
            raise ScaffoldError(f"queue {name!r}: {key} is given twice", "once is enough")
        given.add(key)
        queue = with_value(queue, key, value)
    return queue


def named_queue(name: str) -> Queue:
    """The queue of that name with its usual values; raises ScaffoldError for an unusable name."""
    return KNOWN.get(name) or Queue(queue_name(name))


def with_value(queue: Queue, key: str, value: object) -> Queue:
    """A copy of the queue with one value read from text, TOML or JSON.

    Raises:
        ScaffoldError: the key is unknown or the value is out of its range.
    """
    label = f"queue {queue.name!r}: {key}"
    if key == "max_task_seconds":
        return replace(queue, max_task_seconds=whole_number(value, label, 1, LONGEST_TASK))
    if key == "concurrency":
        return replace(queue, concurrency=whole_number(value, label, 1, LARGEST_CONCURRENCY))
    if key == "pool":
        return replace(queue, pool=Pool(_choice(value, label, [pool.value for pool in Pool])))
    if key == "priority":
        return replace(queue, priority=Priority(_choice(value, label, [level.value for level in Priority])))
    if key == "rate_limit":
        return replace(queue, rate_limit=_rate(value, label))
    if key == "routes":
        return replace(queue, routes=_globs(value, label))
    raise ScaffoldError(f"queue {queue.name!r} has no key {shown(key)}", nearest(key, KEYS))


def queue_spec(queue: Queue) -> str:
    """The shortest SPEC that `parse_queue` reads back as this queue."""
    start = named_queue(queue.name)
    pairs = [f"{key}={_text(getattr(queue, key))}" for key in KEYS if getattr(queue, key) != getattr(start, key)]
    return f"{queue.name}:{','.join(pairs)}" if pairs else queue.name


# RabbitMQ keeps what failed for good in `<project>.dead-letters`.
_TAKEN = frozenset({"dead-letters", "dead_letters"})


def check_queues(queues: tuple[Queue, ...]) -> None:
    """Refuse an empty list, two queues of one module, or a glob that two queues claim."""
    if not queues:
        raise ScaffoldError("a project needs at least one queue", "for example --queue default")
    if len(queues) > MOST_QUEUES:
        raise ScaffoldError(f"{len(queues)} queues are more than {MOST_QUEUES}", "each has a worker of its own")
    for queue in queues:
        if queue.name in _TAKEN:
            raise ScaffoldError(f"the queue name {queue.name!r} is taken by the dead letters", "choose another name")
    _refuse_shared("task module", [(queue.module, queue.name) for queue in queues])
    _refuse_shared("route", [(glob, queue.name) for queue in queues for glob in queue.routes])


def _refuse_shared(what: str, claims: list[tuple[str, str]]) -> None:
    """Each thing has one owner: the claims are pairs of thing and queue."""
    owners: dict[str, str] = {}
    for thing, queue in claims:
        if thing in owners:
            message = f"the {what} {thing!r} belongs to two queues: {owners[thing]!r} and {queue!r}"
            raise ScaffoldError(message, "rename one, or drop one")
        owners[thing] = queue


def _text(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return "+".join(value)
    return str(value)


def _choice(value: object, label: str, known: list[str]) -> str:
    text = text_of(value, label)
    if text not in known:
        raise ScaffoldError(f"{label} cannot be {shown(text, 20)}", nearest(text, known))
    return text


def _rate(value: object, label: str) -> str:
    text = text_of(value, label)
    if text and not _RATE.fullmatch(text):
        raise ScaffoldError(
            f"{label} cannot be {shown(text, 20)}", "a number per second, minute or hour: 10/s, 100/m, 1000/h"
        )
    return text


def _globs(value: object, label: str) -> tuple[str, ...]:
    globs = tuple(part for part in value.split("+") if part) if isinstance(value, str) else words_of(value, label)
    for glob in globs:
        if len(glob) > _LONGEST_GLOB or not _GLOB.fullmatch(glob):
            raise ScaffoldError(f"{label} has {shown(glob, 40)}", "task names with * as a wildcard: shop.mail.*")
    return globs
