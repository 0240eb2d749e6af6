"""Run tasks in this process as a worker would, not as `task_always_eager` does.

Eager mode calls the function: no queue, no limit, no expiry, no delay, and an argument that JSON
cannot carry goes unnoticed. Here a call is published to kombu's in-memory transport and the message
is run by Celery's own worker code. What differs from production: it happens here and now, and
delays are not slept. https://docs.celeryq.dev/en/stable/userguide/testing.html
"""

import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import FrameType
from typing import Any

from celery import signals, states
from celery.exceptions import Retry, SoftTimeLimitExceeded, TaskRevokedError, TimeLimitExceeded
from celery.result import AsyncResult, denied_join_result
from kombu import Connection, Message, serialization
from kombu.utils import symbol_by_name

from standard_sqs.reliability.sending import Application, DelayTooLongError
from standard_sqs.topology import QUEUES

#: A message that comes back more often is put back for ever.
MOST_DELIVERIES = 20

#: Threads cannot be interrupted: Celery's pool of threads has no time limits.
WITHOUT_TIME_LIMITS = {queue.name for queue in QUEUES.values() if queue.pool == "threads"}


@dataclass(frozen=True)
class Call:
    """One run of a task, as the worker saw it.

    Attributes:
        args, kwargs: after the round trip through the serializer; a tuple in them became a list.
        queue: the name of the queue that the message was really in.
        countdown: the seconds it was to wait, None for a call without delay.
        attempt: 1 for the first run, one more for each retry.
        state: one of `celery.states`, or REJECTED or IGNORED.
        result: what a caller could read; None when results are not kept. Of a failed run it is the
            exception, of a retried one its cause.
    """

    task: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    queue: str
    priority: int | None
    countdown: int | None
    attempt: int
    state: str
    result: Any


class _HardTimeLimit(BaseException):
    """Not an Exception, so that no `except` in a task stops it."""


@dataclass(frozen=True)
class _Delivery:
    message: Message
    queue: str
    countdown: int | None


@dataclass
class _Outcome:
    state: str = states.PENDING
    value: Any = None


class StrictEager:
    """Stands in for `app.send_task`, which publishes every call of a task.

    The outermost call runs what it sent and all that came of it, in the order of publication. So a
    retry comes after the attempt that asked for it, and a task that sends itself does not recurse.
    """

    def __init__(self, app: Application, connection: Connection) -> None:
        self.calls: list[Call] = []
        self._app = app
        self._channel = connection.default_channel
        self._publish = partial(Application.send_task, app)
        self._waiting: deque[_Delivery] = deque()
        self._deliveries: Counter[str] = Counter()
        self._running = False
        self._refusal: Exception | None = None

    def send_task(self, name: str, *args: Any, **options: Any) -> AsyncResult:
        """Publish a call; run it, unless a task made the call.

        What is wrong with a call that a task made is raised to the test as well: in the task it is
        just one more failed run.

        Raises:
            DelayTooLongError: the broker cannot hold the message for so long.
            NotRegistered: no worker knows the task.
            QueueNotFound: the queue is not declared.
            EncodeError: an argument cannot be serialized.
        """
        try:
            result = self._send(name, *args, **options)
        except Exception as error:
            if self._running:
                self._refusal = self._refusal or error
            raise
        if not self._running:
            self._run_all()
        return result

    def _send(self, name: str, *args: Any, **options: Any) -> AsyncResult:
        countdown = self._app.delay_of(name, options.get("countdown"), options.get("eta"))
        result = self._publish(name, *args, **options)
        if not self._receive(countdown):
            raise LookupError(f"the exchange and routing key of {name} lead to no declared queue")
        return result

    def _receive(self, countdown: int | None = None) -> bool:
        """Take out of the queues what has just arrived there."""
        before = len(self._waiting)
        for queue in self._app.amqp.queues.values():
            bound = queue(self._channel)
            while message := bound.get(accept=self._app.conf.accept_content):
                self._waiting.append(_Delivery(message, queue.name, countdown))
        return len(self._waiting) > before

    def _run_all(self) -> None:
        self._running = True
        try:
            while self._waiting:
                self.calls.append(self._run(self._waiting.popleft()))
                self._receive()  # what the task has put back
        finally:
            self._running = False
            self._waiting.clear()
            refusal, self._refusal = self._refusal, None
        if refusal is not None:
            raise refusal

    def _run(self, delivery: _Delivery) -> Call:
        message = delivery.message
        task = self._app.tasks[message.headers["task"]]
        request = symbol_by_name(task.Request)(
            message,
            app=self._app,
            on_ack=message.ack_log_error,
            on_reject=message.reject_log_error,
        )
        self._deliveries[message.delivery_tag] += 1
        if self._deliveries[message.delivery_tag] > MOST_DELIVERIES:
            raise RecursionError(f"{task.name} puts its message back again and again")
        if request.expires and delivery.countdown:
            # The delay is not slept, so it is taken from the time left before the task expires.
            request.expires -= timedelta(seconds=delivery.countdown)
        outcome = _execute(request, limited=delivery.queue not in WITHOUT_TIME_LIMITS)
        if isinstance(outcome.value, DelayTooLongError):  # of a retry, which sends nothing then
            self._refusal = self._refusal or outcome.value
        return Call(
            task=task.name,
            args=tuple(request.args),
            kwargs=dict(request.kwargs),
            queue=delivery.queue,
            priority=message.properties.get("priority"),
            countdown=delivery.countdown,
            attempt=message.headers["retries"] + 1,
            state=outcome.state,
            result=self._readable(outcome, kept=not request.ignore_result),
        )

    def _readable(self, outcome: _Outcome, *, kept: bool) -> Any:
        """Return what the result backend would hand out."""
        if outcome.state != states.SUCCESS:
            return outcome.value
        if not kept or not self._app.conf.result_backend:
            return None
        content_type, encoding, body = serialization.dumps(
            outcome.value,
            self._app.conf.result_serializer,
        )
        return serialization.loads(body, content_type, encoding, accept=[content_type])


def _execute(request: Any, *, limited: bool) -> _Outcome:
    outcome = _Outcome()

    def observe(state: str, retval: Any, task_id: str, **_: Any) -> None:
        if task_id == request.id:
            outcome.state = state
            outcome.value = retval.exc if isinstance(retval, Retry) else retval

    signals.task_postrun.connect(observe, weak=False)
    try:
        # A worker refuses a task that waits for another one's result, and so does this.
        with denied_join_result():
            request.execute_using_pool(_InlinePool(outcome, limited=limited))
    except TaskRevokedError:
        outcome.state = states.REVOKED
    finally:
        signals.task_postrun.disconnect(observe)
    return outcome


class _InlinePool:
    """As much of a pool as a request needs, without processes."""

    def __init__(self, outcome: _Outcome, *, limited: bool) -> None:
        self._outcome = outcome
        self._limited = limited

    def apply_async(  # noqa: PLR0913  (Celery's interface)
        self,
        target: Callable[..., Any],
        args: tuple[Any, ...],
        *,
        accept_callback: Callable[[int, float], None],
        timeout_callback: Callable[..., None],
        callback: Callable[[Any], None],
        soft_timeout: float | None,
        timeout: float | None,
        **_: Any,
    ) -> None:
        accept_callback(os.getpid(), time.monotonic())
        limits = (soft_timeout, timeout) if self._limited else (None, None)
        try:
            with _time_limits(*limits):
                returned = target(*args)
        except _HardTimeLimit:
            timeout_callback(soft=False, timeout=timeout)
            self._outcome.state = states.FAILURE
            self._outcome.value = TimeLimitExceeded(timeout)
        else:
            callback(returned)


@contextmanager
def _time_limits(soft: float | None, hard: float | None) -> Iterator[None]:
    """Interrupt the task after ``soft``, and end it after ``hard`` seconds.

    By a signal, as in a worker process, and so in the main thread only.
    """
    started = time.monotonic()
    limits: deque[tuple[float, BaseException]] = deque()
    if soft:
        limits.append((soft, SoftTimeLimitExceeded(soft)))
    if hard:
        limits.append((hard, _HardTimeLimit()))

    def arm() -> None:
        if limits:
            left = started + limits[0][0] - time.monotonic()
            signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        _, exceeded = limits.popleft()
        arm()
        raise exceeded

    before = signal.signal(signal.SIGALRM, interrupt)
    arm()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
