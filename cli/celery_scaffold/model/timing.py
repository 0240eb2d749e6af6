"""The timeout algebra: from one number per queue, how long a task may take, to every other number.

    soft_time_limit < time_limit < drain_timeout < stop_grace_period
    time_limit + longest_delay  < visibility_timeout          (redis; sqs: per queue, less what the broker holds)
    two runs back to back       < consumer_timeout            (rabbitmq)

All values are whole seconds. The sources are the rules R01, R02, R06, R36 and R54 of the reference and the
experiments named there; `tests/model/test_timing.py` holds the inequalities for all inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

# Ten per cent to clean up after SoftTimeLimitExceeded, at least 5 s, at most a minute.
_CLEAN_UP_SHARE = 0.1
_CLEAN_UP_LEAST = 5
_CLEAN_UP_MOST = 60
# Between the hard limit and the end of a drain: billiard looks for timed-out children once a second.
_POOL_REACTION = 5
# After the drain: Celery bounds the broker socket at 5 s on a cold shutdown, then the pool is joined.
_COLD_SHUTDOWN = 15
# RabbitMQ's own `consumer_timeout`; it is checked once a minute.
SERVER_CONSUMER_TIMEOUT = 1800
_CONSUMER_TIMEOUT_CHECK = 60
_LONGEST_BACKOFF = 600


@dataclass(frozen=True)
class QueueTiming:
    """What follows for one queue. Seconds.

    Attributes:
        soft_time_limit: SoftTimeLimitExceeded is raised in the task.
        time_limit: the child process is killed; a failed attempt.
        drain_timeout: how long a stopping worker lets running tasks finish before it returns them to the queue.
        stop_grace_period: when the container is killed.
        consumer_timeout: RabbitMQ's limit on an unacknowledged delivery; 0 means the server's default is enough.
    """

    soft_time_limit: int
    time_limit: int
    drain_timeout: int
    stop_grace_period: int
    consumer_timeout: int


@dataclass(frozen=True)
class ProjectTiming:
    """What follows for the project as a whole. Seconds, unless the name says otherwise.

    Attributes:
        visibility_timeout: Redis gives a message to another worker after that long without acknowledgement.
        longest_delay: the longest countdown, eta or retry delay that may be held by the broker or a worker.
        retry_backoff_max: the cap of the exponential backoff between retries.
        longest_time_limit: the largest hard limit of all queues.
        longest_stop_grace_period: the largest grace period of all queues.
    """

    visibility_timeout: int
    longest_delay: int
    retry_backoff_max: int
    longest_time_limit: int
    longest_stop_grace_period: int


def queue_timing(max_task_seconds: int) -> QueueTiming:
    """All timeouts of a queue whose tasks may take `max_task_seconds` (≥ 1)."""
    soft = max_task_seconds
    hard = soft + min(max(ceil(soft * _CLEAN_UP_SHARE), _CLEAN_UP_LEAST), _CLEAN_UP_MOST)
    drain = hard + _POOL_REACTION
    return QueueTiming(
        soft_time_limit=soft,
        time_limit=hard,
        drain_timeout=drain,
        stop_grace_period=drain + _COLD_SHUTDOWN,
        consumer_timeout=_consumer_timeout(hard),
    )


def project_timing(max_task_seconds: tuple[int, ...], longest_delay: int) -> ProjectTiming:
    """All timeouts of a project with queues of these limits (at least one)."""
    queues = [queue_timing(seconds) for seconds in max_task_seconds]
    longest = max(queue.time_limit for queue in queues)
    return ProjectTiming(
        visibility_timeout=visibility_timeout(longest, longest_delay),
        longest_delay=longest_delay,
        retry_backoff_max=min(_LONGEST_BACKOFF, longest_delay),
        longest_time_limit=longest,
        longest_stop_grace_period=max(queue.stop_grace_period for queue in queues),
    )


def visibility_timeout(longest_time_limit: int, longest_delay: int) -> int:
    """Seconds for which a worker may have a message, its delay included.

    With prefetch 1 a message waits for one run at most before its own; a fifth on top for clocks and sweeps.
    """
    return ceil(1.2 * (2 * longest_time_limit + longest_delay))


def _consumer_timeout(time_limit: int) -> int:
    """A prefetched message waits for one run, then runs: when two runs do not fit, the queue needs its own limit."""
    needed = 2 * time_limit + _CONSUMER_TIMEOUT_CHECK
    return 0 if needed < SERVER_CONSUMER_TIMEOUT else needed + 2 * _CONSUMER_TIMEOUT_CHECK
