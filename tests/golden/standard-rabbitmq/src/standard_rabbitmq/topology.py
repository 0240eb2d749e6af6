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
#: Times RabbitMQ delivers a message again because its worker was lost; then it is a dead letter.
DELIVERY_LIMIT = 10
DEAD_LETTER_EXCHANGE = "standard-rabbitmq.dead-letters"
DEAD_LETTER_QUEUE = "standard-rabbitmq.dead-letters"


class Priority(IntEnum):
    """How urgent a message is within its queue."""

    # A quorum queue has two levels, 0 to 4 and 5 to 9. While both wait, it delivers two HIGH
    # messages for each NORMAL one. It refuses `x-max-priority`.
    HIGH = 9
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
        name="standard-rabbitmq.default",
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
        task_globs=["standard_rabbitmq.tasks.default.*"],
    ),
    "urgent": WorkQueue(
        key="urgent",
        name="standard-rabbitmq.urgent",
        pool="prefork",
        concurrency=4,
        prefetch_multiplier=1,
        max_tasks_per_child=1000,
        soft_time_limit=10,
        time_limit=15,
        drain_timeout=20,
        stop_grace_period=35,
        priority=Priority.HIGH,
        rate_limit=None,
        task_globs=["standard_rabbitmq.tasks.urgent.*"],
    ),
    "heavy": WorkQueue(
        key="heavy",
        name="standard-rabbitmq.heavy",
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
        task_globs=["standard_rabbitmq.tasks.heavy.*"],
    ),
    "emails": WorkQueue(
        key="emails",
        name="standard-rabbitmq.emails",
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
        task_globs=["standard_rabbitmq.tasks.emails.*"],
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


# Behind a topic exchange, messages with a countdown wait in RabbitMQ; behind a direct one they
# would wait in the worker and block it: celery/app/base.py, send_task.
_EXCHANGE = kombu.Exchange("standard-rabbitmq", type="topic")

# Fixed once a queue exists: RabbitMQ refuses to declare it again with other arguments.
_QUEUE_ARGUMENTS: dict[str, object] = {
    "x-queue-type": "quorum",
    "x-delivery-limit": DELIVERY_LIMIT,
    "x-dead-letter-exchange": DEAD_LETTER_EXCHANGE,
    # A message leaves when the dead letter queue has confirmed it. This needs reject-publish,
    # which rejects nothing here: the queues have no length limit.
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}
# RabbitMQ cuts off a worker that does not acknowledge a message for 30 minutes. On these queues two
# runs may take longer, and a message may have to wait for the run before it.
_CONSUMER_TIMEOUTS: dict[str, dict[str, object]] = {
    "heavy": {"x-consumer-timeout": 2100000},
}


def kombu_queues() -> list[kombu.Queue]:
    """Celery's `task_queues`."""
    return [
        kombu.Queue(
            queue.name,
            _EXCHANGE,
            routing_key=queue.name,
            queue_arguments=_QUEUE_ARGUMENTS | _CONSUMER_TIMEOUTS.get(queue.key, {}),
        )
        for queue in QUEUES.values()
    ]


def declare_topology(connection: kombu.Connection) -> None:
    """Declare all queues, the one for dead letters first. What exists already stays as it is."""
    dead_letters = kombu.Queue(
        DEAD_LETTER_QUEUE,
        kombu.Exchange(DEAD_LETTER_EXCHANGE, type="fanout"),
        # To look at a dead letter and put it back is a delivery. By default the 21st drops it.
        queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": -1},
    )
    with connection.channel() as channel:
        for queue in (dead_letters, *kombu_queues()):
            queue.bind(channel).declare()


def queue_of_routing_key(routing_key: str) -> str | None:
    """The queue a message was delivered from; after a delay its key is `0.0.1.….queue`."""
    names = (queue.name for queue in QUEUES.values())
    return next((name for name in names if f".{routing_key}".endswith(f".{name}")), None)
