"""What every task does unless it says otherwise: the limits of its queue, retries with back-off."""

from datetime import datetime
from typing import Any

from celery import Celery, Task
from celery.exceptions import TimeLimitExceeded

from standard_sqs import topology
from standard_sqs.worker.request import Request


class DeadLetteringRequest(Request):
    """A message whose task runs into the hard time limit becomes a dead letter.

    By itself Celery drops it (task_acks_on_timeout) or runs it again at once, for ever.
    """

    def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> None:
        error = getattr(exc_info.exception, "exc", exc_info.exception)
        if isinstance(error, TimeLimitExceeded):
            self.reject(requeue=False)
        super().on_failure(exc_info, *args, **kwargs)


class BaseTask(Task):
    """The class of every task of this application."""

    abstract = True
    Strategy = "standard_sqs.worker.request:receive_with_fields"
    Request = DeadLetteringRequest
    # Errors that may be gone at the next attempt. A task that talks to a service adds those of its
    # client: `@app.task(autoretry_for=(*BaseTask.autoretry_for, httpx.TransportError))`.
    autoretry_for = (ConnectionError, TimeoutError)
    max_retries = topology.MAX_ATTEMPTS - 1
    # A random part of RETRY_DELAY times 1, 2, 4 …, up to RETRY_BACKOFF_MAX: tasks that failed
    # together must not come back together.
    retry_backoff = topology.RETRY_DELAY
    retry_backoff_max = topology.RETRY_BACKOFF_MAX
    retry_jitter = True
    # When its process died, and for `self.retry()` without a countdown.
    default_retry_delay = topology.RETRY_DELAY

    @classmethod
    def on_bound(cls, app: Celery) -> None:
        """Take from the queue what the task does not set itself."""
        super().on_bound(app)
        if cls.name is None:  # a class to derive from, not a task
            return
        queue = topology.queue_of_task(cls.name)
        if cls.time_limit is None:
            cls.time_limit = queue.time_limit
            cls.soft_time_limit = cls.soft_time_limit or queue.soft_time_limit
        if cls.rate_limit is None:
            cls.rate_limit = queue.rate_limit

    def retry(
        self,
        *args: Any,
        countdown: float | None = None,
        eta: datetime | None = None,
        **options: Any,
    ) -> Any:
        """Retry in whole seconds, at least one: jitter may choose 0, which is no back-off.

        Raises:
            DelayTooLongError: the task has failed. Celery would reject it without a result.
        """
        if countdown is not None or eta is not None:
            countdown = self.app.delay_of(self.name, countdown, eta) or 1
        return super().retry(*args, countdown=countdown, **options)
