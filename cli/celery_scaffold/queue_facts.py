"""What templates print about queues and times. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.model.project import timing_of
from celery_scaffold.model.queues import Pool, Priority

if TYPE_CHECKING:
    from celery_scaffold.model.project import Project
    from celery_scaffold.model.queues import Queue
    from celery_scaffold.plan import Json

# Seconds between two writes of a health file, and how old it may be before a probe fails.
_HEALTH_INTERVAL = 5
_READY_MAX_AGE = 20
_LIVE_MAX_AGE = 60
# RedBeat renews its lock every `beat_max_loop_interval`; celery-verified 10 measured a takeover of 31 s with these.
_BEAT_LOCK_TIMEOUT = 30
_BEAT_LOOP_INTERVAL = 5
_MEMORY_PER_CHILD_MB = 128
_MEMORY_BASE_MB = 256


def queue_facts(project: Project, queue: Queue) -> dict[str, Json]:
    """One queue: names, limits in seconds, and what its worker may use."""
    timing = timing_of(queue)
    return {
        "name": queue.name,
        "full_name": project.full_queue_name(queue),
        "module": queue.module,
        "constant": queue.module.upper(),
        "pool": queue.pool.value,
        "enforced_limits": queue.pool is Pool.PREFORK,
        "concurrency": queue.concurrency,
        "prefetch_multiplier": 1,
        "max_tasks_per_child": 1000,
        "max_task_seconds": queue.max_task_seconds,
        "soft_time_limit": timing.soft_time_limit,
        "time_limit": timing.time_limit,
        "drain_timeout": timing.drain_timeout,
        "stop_grace_period": timing.stop_grace_period,
        "consumer_timeout_ms": timing.consumer_timeout * 1000,
        "visibility_timeout": project.visibility_timeout(queue),
        "priority": queue.priority.value if project.broker.priorities else Priority.NORMAL.value,
        "rate_limit": queue.rate_limit or None,
        "globs": list(project.globs(queue)),
        "quoted_globs": [f'"{glob}"' for glob in project.globs(queue)],
        "example_task": f"{project.package}.tasks.{queue.module}.example",
        "is_default": queue.name == project.default_queue,
        "memory_mb": _MEMORY_BASE_MB + _children(queue) * _MEMORY_PER_CHILD_MB,
        # Threads count as well: the pool, its helpers, and room for what a task starts.
        "pids_limit": 64 + 4 * queue.concurrency,
        # Of one core's 100,000: half a core for each child, a whole one at least.
        "cpu_quota": max(100_000, _children(queue) * 50_000),
    }


def _children(queue: Queue) -> int:
    """Processes that a worker starts beside its main one."""
    return queue.concurrency if queue.pool is Pool.PREFORK else 1


def timing_facts(project: Project) -> dict[str, Json]:
    """What holds for all queues, in seconds unless it counts."""
    timing = project.timing()
    return {
        "visibility_timeout": timing.visibility_timeout,
        "longest_delay": timing.longest_delay,
        "retry_backoff_max": timing.retry_backoff_max,
        "longest_time_limit": timing.longest_time_limit,
        "longest_stop_grace_period": timing.longest_stop_grace_period,
        "max_attempts": project.max_attempts,
        "max_retries": project.max_attempts - 1,
        "retry_delay": 5,
        # Returns by draining workers count as deliveries too, so the broker's limit is looser than the attempts.
        "delivery_limit": 2 * project.max_attempts,
        "result_expires": project.result_expires,
        # Rules on buckets count in whole days.
        "result_days": max(1, -(-project.result_expires // 86400)),
        "beat_lock_timeout": _BEAT_LOCK_TIMEOUT,
        "beat_max_loop_interval": _BEAT_LOOP_INTERVAL,
        "health_interval": _HEALTH_INTERVAL,
        "ready_max_age": _READY_MAX_AGE,
        "live_max_age": _LIVE_MAX_AGE,
    }
