"""Files whose age answers the probes of a worker: `started`, `live` and `ready`.

- `started` exists once the worker has consumed its queues.
- `live` stays fresh while the main loop turns and the pool makes progress. A broker that cannot be
  reached is not the worker's fault: restarting it would only kill the tasks that run.
- `ready` stays fresh while the worker is connected, consumes all its queues and is not draining.

`deploy/docker/probe` reads them: a `celery inspect ping` costs 0.3 s of CPU a time, fails with the
broker, and answers while the pool hangs.
"""

import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery import bootsteps, signals
from celery.worker import state

from standard_sqs import topology
from standard_sqs.settings import ENV_PREFIX, SettingsError, get_settings

if TYPE_CHECKING:
    from celery import Celery

#: Seconds between two looks, and two touches of a file.
INTERVAL = 5
#: A loop that has not turned for so long hangs; whoever reads `live` adds its own patience.
LOOP_PATIENCE = 3 * INTERVAL
#: Beyond the longest hard time limit, before a pool without progress is called stuck.
POOL_PATIENCE = 60


class Progress:
    """Whether the pool starts or ends tasks while some wait for it."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._waiting: frozenset[str] = frozenset()
        self._accepted = 0
        self._since = 0.0

    def look(self, now: float) -> bool:
        """Take note of the requests at hand; false when they have not moved for too long."""
        waiting = frozenset(request.id for request in tuple(state.reserved_requests))
        accepted = state.all_total_count[0]
        if not waiting or accepted != self._accepted or not self._waiting <= waiting:
            self.restart(now)
        self._waiting, self._accepted = waiting, accepted
        return now - self._since <= self.patience

    def restart(self, now: float) -> None:
        self._since = now


class Health:
    """The files of one worker, and what is known about it."""

    def __init__(self, run_dir: Path, progress: Progress) -> None:
        self.started, self.live, self.ready = (
            run_dir / name for name in ("started", "live", "ready")
        )
        self._progress = progress
        self._connecting = True
        self._draining = False
        self._turned = 0.0
        self._over = threading.Event()

    def open(self) -> None:
        """Create the directory and forget an earlier process.

        Raises:
            SettingsError: the directory cannot be written.
        """
        try:
            self.live.parent.mkdir(parents=True, exist_ok=True)
            self.remove()
            self.live.touch()
        except OSError as error:
            raise SettingsError(f"{ENV_PREFIX}RUN_DIR cannot be written: {error}") from None

    def remove(self) -> None:
        for file in (self.started, self.live, self.ready):
            file.unlink(missing_ok=True)

    def watch(self) -> None:
        """Keep `live` fresh from a thread: during a reconnect the main loop does not turn.

        SIGSTOP freezes the thread as well, so that a frozen process does not look alive.
        """
        while not self._over.wait(INTERVAL):
            if self.is_live(time.monotonic()):
                self.live.touch()

    def close(self, **_: object) -> None:
        self._over.set()
        self.remove()

    def is_live(self, now: float) -> bool:
        if self._connecting:
            self._progress.restart(now)
            return True
        return now - self._turned <= LOOP_PATIENCE and self._progress.look(now)

    def connected(self, now: float) -> None:
        self._connecting, self._turned = False, now

    def disconnected(self) -> None:
        self._connecting = True
        self.ready.unlink(missing_ok=True)

    def drain(self, **_: object) -> None:
        """Not ready any more, from the signal on: the main loop may hear of it seconds later."""
        self._draining = True
        self.ready.unlink(missing_ok=True)

    def turned(self, now: float, *, consuming: bool) -> None:
        """The main loop has come round."""
        self._turned = now
        if self._draining or not consuming:
            self.ready.unlink(missing_ok=True)
            return
        self.ready.touch()
        if not self.started.exists():
            self.started.touch()


class HealthFiles(bootsteps.StartStopStep):
    """Worker step: the files exist while it runs."""

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        longest = max(queue.time_limit for queue in consumed_queues(worker.app))
        worker.health = Health(get_settings().run_dir, Progress(longest + POOL_PATIENCE))
        worker.health.open()
        signals.worker_shutting_down.connect(worker.health.drain)
        # The step itself is stopped before the tasks have ended.
        signals.worker_shutdown.connect(worker.health.close)

    def start(self, worker: Any) -> None:
        threading.Thread(target=worker.health.watch, name="health", daemon=True).start()

    def terminate(self, worker: Any) -> None:
        """End without a signal, after a cold shutdown."""
        worker.health.close()


class Consuming(bootsteps.StartStopStep):
    """Consumer step: reports the turns of the main loop, and the loss of the connection."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._queues = frozenset(consumer.app.amqp.queues.consume_from)
        self._timer_entry: Any = None

    def start(self, consumer: Any) -> None:
        consumer.controller.health.connected(time.monotonic())
        turn = partial(self._turn, consumer)
        # Without an event loop (the embedded broker) timers run in a thread of their own, and
        # only `call_soon` reaches the main loop.
        on_timer = turn if consumer.hub else partial(consumer.call_soon, turn)
        self._timer_entry = consumer.timer.call_repeatedly(INTERVAL, on_timer)
        consumer.call_soon(turn)

    def stop(self, consumer: Any) -> None:
        # A lost connection and a shutdown both come through here.
        consumer.controller.health.disconnected()
        if self._timer_entry is not None:
            consumer.timer.cancel(self._timer_entry)

    def _turn(self, consumer: Any) -> None:
        health = consumer.controller.health
        health.turned(time.monotonic(), consuming=self._is_consuming(consumer))

    def _is_consuming(self, consumer: Any) -> bool:
        """Whether no queue was lost, for example to `celery control cancel_consumer`."""
        connection, tasks = consumer.connection, consumer.task_consumer
        if not (connection and connection.connected and tasks):
            return False
        return all(tasks.consuming_from(queue) for queue in self._queues)


def consumed_queues(app: "Celery") -> list[topology.WorkQueue]:
    """The queues this worker serves; the default one if it was given none of them."""
    names = app.amqp.queues.consume_from
    consumed = [queue for queue in topology.QUEUES.values() if queue.name in names]
    return consumed or [topology.DEFAULT_QUEUE]
