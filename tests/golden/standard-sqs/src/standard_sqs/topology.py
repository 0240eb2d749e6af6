"""Queues, routes, priorities and time limits; nothing else knows them. Times are in seconds.

For every queue soft_time_limit < time_limit < drain_timeout < stop_grace_period: the soft limit
raises SoftTimeLimitExceeded in the task, the hard one kills its process. A worker that is told to
stop gives its tasks until drain_timeout; its container is killed after stop_grace_period.
"""

import json
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
#: For so long SQS itself holds a message that is to wait; what is left, it waits in a worker.
BROKER_DELAY = 900
#: Deliveries of a message that nobody acknowledged, as its worker was lost; then SQS moves it to
#: the dead letters.
MAX_RECEIVES = 10
#: For so long a poll stays open until a message comes; SQS would allow 20. A worker that stops
#: hears its poll out, as a message on its way would be invisible for a visibility timeout: that
#: must fit into the shortest drain timeout.
POLL_TIME = 10
DEAD_LETTER_QUEUE = "standard-sqs-dead-letters"
#: Which beat leads, and when each entry last ran: worker/beat.py.
BEAT_QUEUE = "standard-sqs-beat.fifo"
#: SQS drops a message that is older, dead letters too. It keeps none for longer than 14 days.
RETENTION = 14 * 24 * 60 * 60
#: Bytes of a message, with all that Celery and kombu add to the arguments.
LARGEST_MESSAGE = 1024 * 1024


class Priority(IntEnum):
    """How urgent a message is within its queue."""

    # SQS knows none: what is urgent needs a queue, and a worker, of its own.
    NORMAL = 0


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
        name="standard-sqs-default",
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
        task_globs=["standard_sqs.tasks.default.*"],
    ),
    "urgent": WorkQueue(
        key="urgent",
        name="standard-sqs-urgent",
        pool="prefork",
        concurrency=4,
        prefetch_multiplier=1,
        max_tasks_per_child=1000,
        soft_time_limit=10,
        time_limit=15,
        drain_timeout=20,
        stop_grace_period=35,
        priority=Priority.NORMAL,
        rate_limit=None,
        task_globs=["standard_sqs.tasks.urgent.*"],
    ),
    "heavy": WorkQueue(
        key="heavy",
        name="standard-sqs-heavy",
        pool="prefork",
        concurrency=2,
        prefetch_multiplier=1,
        max_tasks_per_child=1000,
        soft_time_limit=900,
        time_limit=960,
        drain_timeout=965,
        stop_grace_period=980,
        priority=Priority.NORMAL,
        rate_limit=None,
        task_globs=["standard_sqs.tasks.heavy.*"],
    ),
    "emails": WorkQueue(
        key="emails",
        name="standard-sqs-emails",
        pool="prefork",
        concurrency=4,
        prefetch_multiplier=1,
        max_tasks_per_child=1000,
        soft_time_limit=30,
        time_limit=35,
        drain_timeout=40,
        stop_grace_period=55,
        priority=Priority.NORMAL,
        rate_limit="10/s",
        task_globs=["standard_sqs.tasks.emails.*"],
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


_EXCHANGE = kombu.Exchange("standard-sqs", type="direct")

#: By full queue name. SQS delivers a message again when it was not acknowledged for this long.
#: Workers hold messages that run, wait behind a running one or have a delay beyond BROKER_DELAY:
#: longer than all of these together.
VISIBILITY_TIMEOUTS = {
    "standard-sqs-default": 159,
    "standard-sqs-urgent": 36,
    "standard-sqs-heavy": 2304,
    "standard-sqs-emails": 84,
}


def kombu_queues() -> list[kombu.Queue]:
    """Celery's `task_queues`."""
    return [kombu.Queue(queue.name, _EXCHANGE, routing_key=queue.name) for queue in QUEUES.values()]


def queue_names() -> list[str]:
    """Every queue on SQS, the dead letters first: the others refer to them."""
    return [DEAD_LETTER_QUEUE, BEAT_QUEUE, *VISIBILITY_TIMEOUTS]


def queue_urls(region: str, account_id: str) -> dict[str, str]:
    """The addresses of all queues, by name."""
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return {name: f"https://sqs.{region}.{domain}/{account_id}/{name}" for name in queue_names()}


def queue_attributes(name: str, dead_letters_arn: str) -> dict[str, str]:
    """What SQS is to know about a queue."""
    attributes = {"MessageRetentionPeriod": str(RETENTION)}
    if name in VISIBILITY_TIMEOUTS:
        redrive = {"deadLetterTargetArn": dead_letters_arn, "maxReceiveCount": MAX_RECEIVES}
        attributes["VisibilityTimeout"] = str(VISIBILITY_TIMEOUTS[name])
        attributes["RedrivePolicy"] = json.dumps(redrive)
    return attributes


def queue_of_routing_key(routing_key: str) -> str | None:
    """The queue a message was delivered from; None if it is not one of these."""
    return routing_key if any(queue.name == routing_key for queue in QUEUES.values()) else None
