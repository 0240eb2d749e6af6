"""Queues, routes, priorities and time limits; nothing else knows them. Times are in seconds.

For every queue soft_time_limit < time_limit < drain_timeout < stop_grace_period: the soft limit
raises SoftTimeLimitExceeded in the task, the hard one kills its process. A worker that is told to
stop gives its tasks until drain_timeout; its container is killed after stop_grace_period.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase
from typing import Literal

import kombu

#: Runs of a task, the first included, until it has failed for good.
MAX_ATTEMPTS = 5
#: At most so long before the second run, twice as long before the third, and so on …
RETRY_DELAY = 5
#: … up to this.
RETRY_BACKOFF_MAX = 600
#: No countdown and no ETA may be further away: reliability/sending.py refuses them.
LONGEST_DELAY = 900
#: Redis delivers a message again when it was not acknowledged for this long. Workers hold messages
#: that run, wait behind a running one or have a countdown: longer than all of these together.
VISIBILITY_TIMEOUT = 1239


class Priority(IntEnum):
    """How urgent a message is within its queue."""

    # On Redis 0 comes first, and a message without a priority counts as 0. NORMAL messages are
    # only taken when no HIGH one waits.
    HIGH = 0
    NORMAL = 9


@dataclass(frozen=True, kw_only=True)
class WorkQueue:
    """A queue and the worker that serves it."""

    key: str
    name: str
    pool: Literal["prefork", "threads"]
    concurrency: int
    prefetch_multiplier: int
    max_tasks_per_child: int
    soft_time_limit: int
    time_limit: int
    drain_timeout: int
    stop_grace_period: int
    priority: Priority
    #: In each worker, not in total: with "10/s", three workers start 30 a second.
    rate_limit: str | None
    #: Names of the tasks that belong here; `*` stands for anything, dots included.
    task_globs: Sequence[str]


QUEUES: Mapping[str, WorkQueue] = {
    "default": WorkQueue(
        key="default",
        name="minimal-redis.default",
        pool="prefork",
        concurrency=4,
        prefetch_multiplier=1,
        max_tasks_per_child=1000,
        soft_time_limit=60,
        time_limit=66,
        drain_timeout=71,
        stop_grace_period=86,
        priority=Priority.NORMAL,
        rate_limit=None,
        task_globs=["minimal_redis.tasks.default.*"],
    ),
}

#: For tasks that no glob matches.
DEFAULT_QUEUE = QUEUES["default"]


def queue_of_task(task_name: str) -> WorkQueue:
    """Where a task goes unless its sender names another queue."""
    for glob, queue in _globs():
        if fnmatchcase(task_name, glob):
            return queue
    return DEFAULT_QUEUE


def priority_of_message(task_name: str, queue: object = None) -> Priority:
    """That of the queue it goes to: the one its sender names, or the one of its task."""
    named = getattr(queue, "name", queue)
    for known in QUEUES.values():
        if known.name == named:
            return known.priority
    return queue_of_task(task_name).priority


def task_routes() -> dict[str, dict[str, object]]:
    """Celery's `task_routes`: the first glob that matches counts, so the order matters."""
    return {glob: {"queue": queue.name} for glob, queue in _globs()}


def _globs() -> list[tuple[str, WorkQueue]]:
    """All globs, the most specific first: exact names, then the longest."""
    globs = [(glob, queue) for queue in QUEUES.values() for glob in queue.task_globs]
    return sorted(globs, key=lambda entry: ("*" in entry[0], -len(entry[0])))


_EXCHANGE = kombu.Exchange("minimal-redis", type="direct")


def kombu_queues() -> list[kombu.Queue]:
    """Celery's `task_queues`."""
    return [kombu.Queue(queue.name, _EXCHANGE, routing_key=queue.name) for queue in QUEUES.values()]


def queue_of_routing_key(routing_key: str) -> str | None:
    """The queue a message was delivered from; None if it is not one of these."""
    return routing_key if any(queue.name == routing_key for queue in QUEUES.values()) else None
