{% import "partials/python.jinja" as python with context %}
"""Queues, routes, priorities and time limits; nothing else knows them. Times are in seconds.

For every queue soft_time_limit < time_limit < drain_timeout < stop_grace_period: the soft limit
raises SoftTimeLimitExceeded in the task, the hard one kills its process. A worker that is told to
stop gives its tasks until drain_timeout; its container is killed after stop_grace_period.
"""

{% include "broker/topology_imports.py" %}
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase
from typing import Literal

import kombu

#: Runs of a task, the first included, until it has failed for good.
MAX_ATTEMPTS = {{ cookiecutter._timing.max_attempts }}
#: At most so long before the second run, twice as long before the third, and so on …
RETRY_DELAY = {{ cookiecutter._timing.retry_delay }}
#: … up to this.
RETRY_BACKOFF_MAX = {{ cookiecutter._timing.retry_backoff_max }}
#: No countdown and no ETA may be further away: reliability/sending.py refuses them.
LONGEST_DELAY = {{ cookiecutter._timing.longest_delay }}
{% include "broker/topology_constants.py" %}


class Priority(IntEnum):
    """How urgent a message is within its queue."""

{% include "broker/topology_priority.py" %}


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
{% for queue in cookiecutter._queues %}
    "{{ queue.name }}": WorkQueue(
        key="{{ queue.name }}",
        name="{{ queue.full_name }}",
        pool="{{ queue.pool }}",
        concurrency={{ queue.concurrency }},
        prefetch_multiplier={{ queue.prefetch_multiplier }},
        max_tasks_per_child={{ queue.max_tasks_per_child }},
        soft_time_limit={{ queue.soft_time_limit }},
        time_limit={{ queue.time_limit }},
        drain_timeout={{ queue.drain_timeout }},
        stop_grace_period={{ queue.stop_grace_period }},
        priority=Priority.{{ queue.priority | upper }},
        rate_limit={{ '"%s"' % queue.rate_limit if queue.rate_limit else "None" }},
{{ python.spread("        task_globs=[", queue.quoted_globs, "],") }}
    ),
{% endfor %}
}

#: For tasks that no glob matches.
DEFAULT_QUEUE = QUEUES["{{ cookiecutter._default_queue.name }}"]


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


{% include "broker/topology.py" %}
