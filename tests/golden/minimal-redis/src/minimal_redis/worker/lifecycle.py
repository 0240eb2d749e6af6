"""What a worker does between SIGTERM and its exit.

SIGTERM starts Celery's warm shutdown: the worker stops consuming and waits for the tasks that run,
for as long as they take. `Drain` adds what an orchestrator needs:

- prefetched messages whose task has not started go back to the queue at once, not at the end;
- after the drain timeout of the queue the running tasks are cancelled. They are acknowledged late,
  so their messages return when the connection is closed, and another worker runs them again.

`worker_soft_shutdown_timeout` is not used: it sleeps for the whole timeout even if the worker is
idle a second later. A second SIGTERM changes nothing; SIGQUIT remains Celery's way to cut it short.
"""

import logging
import os
import threading
import time
from typing import TYPE_CHECKING, Any

from celery import bootsteps, signals
from celery.concurrency.thread import TaskPool as ThreadPool
from celery.worker.state import active_requests, reserved_requests, scheduled_requests
from kombu.common import ignore_errors

from minimal_redis.worker.health import consumed_queues

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery.worker.request import Request

logger = logging.getLogger(__name__)

#: Seconds. To close the connection after the drain, before the container is killed.
CLOSING_TIMEOUT = 10
#: For a child process to confirm a task it has received, which takes milliseconds.
CONFIRMATION_TIMEOUT = 2
TICK = 0.2


class Drain(bootsteps.StartStopStep):
    """Bounds a warm shutdown; stops after the consumer and before the pool."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._hub: Any = None
        self._deadline = 0.0
        self._prefetched: list[Request] = []

    def start(self, worker: Any) -> None:
        self._hub = worker.hub
        signals.worker_shutting_down.connect(self._wake)

    def _wake(self, **_: object) -> None:
        """Wake the event loop: a signal does not end its sleep, a call from another thread does."""
        if self._hub:
            threading.Thread(target=self._hub.call_soon, args=(lambda: None,)).start()

    def close(self, worker: Any) -> None:
        """Note the requests: the consumer stops next, and forgets those that have not started."""
        timeout = max(queue.drain_timeout for queue in consumed_queues(worker.app))
        self._deadline = time.monotonic() + timeout
        _at(worker, self._deadline + CLOSING_TIMEOUT, _give_up)
        if worker.hub and _consumes(worker) and not _has_threads(worker):
            _stop_starting(worker)
        self._prefetched = _prefetched_requests(worker)

    def stop(self, worker: Any) -> None:
        if _has_threads(worker):
            worker.pool.executor.shutdown(wait=False, cancel_futures=True)
        waiting = [request for request in self._prefetched if request not in active_requests]
        logger.info("draining: %d tasks run, %d return", len(active_requests), len(waiting))
        for request in waiting:
            request.reject(requeue=True)
        if _has_threads(worker):
            _wait_for_threads(worker, self._deadline)
        else:
            # Celery waits for the child processes, in the next step.
            _at(worker, self._deadline, _cancel)


def _prefetched_requests(worker: Any) -> "list[Request]":
    """Waiting for a free process, for their ETA, or for the rate limit."""
    # Several tasks may share a bucket.
    buckets = set(filter(None, worker.consumer.task_buckets.values()))
    limited = [request for bucket in buckets for request, _ in bucket.contents]
    # Without an event loop processes run what they were given.
    ungiven = worker.hub or _has_threads(worker)
    return [*(reserved_requests if ungiven else ()), *scheduled_requests, *limited]


def _has_threads(worker: Any) -> bool:
    return isinstance(worker.pool, ThreadPool)


def _consumes(worker: Any) -> bool:
    """Whether messages can come: a broker that refuses a queue has a connection and no consumer."""
    return bool(worker.consumer.connection and worker.consumer.task_consumer)


def _stop_starting(worker: Any) -> None:
    """Give the child processes nothing more, and hear from them what they have just started.

    Celery forgets a task that a child has received but not yet confirmed: it runs, and runs again
    when its message returns, and the child waits 30 s for somebody to take its result
    (`_ensure_messages_consumed` in billiard/pool.py). Under load there always is one.
    """
    ignore_errors(worker.consumer, worker.consumer.task_consumer.cancel)
    processes = worker.pool._pool  # noqa: SLF001 - celery/concurrency/asynpool.py has no other way
    processes.outbound_buffer.clear()
    deadline = time.monotonic() + CONFIRMATION_TIMEOUT

    def unconfirmed() -> bool:
        jobs = processes._cache.values()  # noqa: SLF001 - see above
        waits = any(job._write_to and not job._accepted for job in jobs)  # noqa: SLF001 - see above
        return waits and time.monotonic() < deadline

    _turn_event_loop(worker, unconfirmed)


def _cancel(worker: Any) -> None:
    """Take the one step of a cold shutdown (SIGQUIT) that the warm one lacks."""
    logger.warning("drain timeout: %d tasks are cancelled", len(active_requests))
    worker.consumer.cancel_active_requests()


def _wait_for_threads(worker: Any, deadline: float) -> None:
    """Turn the event loop until the threads are idle; leave without them at the deadline.

    Celery would only join them. As long as that takes, no acknowledgement and no heartbeat is sent,
    and the broker gives the messages to somebody else.
    """

    def unfinished() -> bool:
        return bool(active_requests) and time.monotonic() < deadline

    if worker.hub and worker.consumer.connection:
        _turn_event_loop(worker, unfinished)
    while unfinished():
        time.sleep(TICK)
    if active_requests:
        _leave(worker)


def _turn_event_loop(worker: Any, condition: "Callable[[], bool]") -> None:
    """Turn Celery's event loop while the condition holds and the broker is there."""
    # Without it a turn lasts until something happens.
    tick = worker.hub.call_repeatedly(TICK, lambda: None)
    loop = worker.hub.create_loop()
    try:
        while condition():
            next(loop)
    except worker.consumer.connection_errors as error:
        logger.warning("broker lost while draining: %r", error)
    finally:
        worker.timer.cancel(tick)


def _leave(worker: Any) -> None:
    """Exit although threads run: Python cannot stop them, and would wait for them."""
    logger.warning("drain timeout: %d tasks are abandoned", len(active_requests))
    worker.consumer.shutdown()  # closes the connection: the messages return
    signals.worker_shutdown.send(sender=worker)
    logging.shutdown()
    os._exit(os.EX_OK)


def _give_up(_: Any) -> None:
    """Do what the container's kill would do soon: closing may wait for a silent broker for ever."""
    logger.error("the broker does not answer: leaving without closing the connection")
    logging.shutdown()
    os._exit(os.EX_UNAVAILABLE)


def _at(worker: Any, deadline: float, function: "Callable[[Any], None]") -> None:
    """Call `function` unless the worker has stopped by then: a test outlives its worker."""

    def act() -> None:
        if worker.blueprint.state != bootsteps.TERMINATE:
            function(worker)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), act)
    timer.daemon = True
    timer.start()
