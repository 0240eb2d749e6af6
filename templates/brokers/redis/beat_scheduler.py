"""A beat that is safe to start twice: one instance leads, the others stand by.

RedBeat with its lock and its record of runs in {{ cookiecutter._broker.server }}, and four changes:

- An instance that waits for the lock ticks, so it is watched and stopped like the one that leads.
- Only the leader writes the schedule: a new release that stands by does not change the old one's.
- A lost lock or a lost {{ cookiecutter._broker.server }} means standing by, not the end of the process.
- A run is recorded after it was sent. RedBeat does it before: what then cannot be sent is skipped.
"""

from typing import Any

from celery.beat import ScheduleEntry
from celery.signals import beat_init
from celery.utils.log import get_logger
from redbeat.schedulers import (
    LUA_EXTEND_TO_SCRIPT,
    RedBeatScheduler,
    acquire_distributed_beat_lock,
    get_redis,
)
from redis.exceptions import LockError, RedisError

from {{ cookiecutter._project.package }}.worker.beat_process import BeatProcess

# It waits for the lock before the first tick, however long that takes.
beat_init.disconnect(acquire_distributed_beat_lock)

logger = get_logger(__name__)


class Scheduler(BeatProcess, RedBeatScheduler):
    """RedBeat's scheduler, at work only in the instance that holds the lock."""

    lock: Any = None

    def setup_schedule(self) -> None:
        """Leave {{ cookiecutter._broker.server }} alone until this instance leads."""

    def tick(self, **kwargs: Any) -> float:
        """Send what is due, if this instance leads; return the seconds until the next call."""
        with self.whole_tick():
            leading, delay = False, float(self.max_interval)
            try:
                if self._lead():
                    delay = super().tick(**kwargs)
                    leading = True
            except LockError as error:
                logger.warning("beat: standing by, the lock is lost: %r", error)
                self.lock = None
            except RedisError as error:
                # The lock may still be ours: the next tick extends it, or finds out.
                logger.warning("beat: {{ cookiecutter._broker.server }} does not answer: %r", error)
            self.show(leading=leading)
        return delay

    def apply_async(self, entry: ScheduleEntry, **kwargs: Any) -> Any:
        """Send a task, if the lock is still held, and record the run."""
        self.lock.extend(int(self.lock_timeout))
        result = super().apply_async(entry, advance=False, **kwargs)
        self.reserve(entry)
        return result

    def _lead(self) -> bool:
        """Return whether this instance leads, which it does as soon as the lock is free."""
        if self.lock is not None:
            return True  # tick() extends it
        redis = get_redis(self.app)
{% include "broker/beat_connection.py" %}
        lock = redis.lock(self.lock_key, timeout=self.lock_timeout, blocking=False)
        # RedBeat's: it extends the lock to the timeout, redis-py's own by the timeout.
        lock.lua_extend = redis.register_script(LUA_EXTEND_TO_SCRIPT)
        if not lock.acquire():
            return False
        super().setup_schedule()
        self.lock = lock
        logger.info("beat: leading")
        return True
