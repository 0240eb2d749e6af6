"""How tasks are sent: what holds for your code, retries and beat."""

from datetime import datetime
from math import ceil
from typing import Any

from celery import Celery
from celery.result import AsyncResult
from celery.utils.time import maybe_iso8601, maybe_make_aware

from standard_sqs.topology import BROKER_DELAY, LONGEST_DELAY, priority_of_message


class DelayTooLongError(ValueError):
    """The broker cannot hold a message for that long."""


class Application(Celery):
    """Celery, but no task is sent to wait for longer than LONGEST_DELAY.

    SQS holds a message for BROKER_DELAY seconds; what is left of a longer delay, a worker holds it
    unacknowledged, and once the visibility timeout is over SQS delivers it to another one as well.
    """

    def send_task(
        self,
        name: str,
        args: Any = None,
        kwargs: Any = None,
        countdown: float | None = None,
        eta: datetime | str | None = None,
        **options: Any,
    ) -> AsyncResult:
        """Publish a task.

        Raises:
            DelayTooLongError: it is to run later than in LONGEST_DELAY seconds.
        """
        delay = self.delay_of(name, countdown, eta)
        if delay:
            options["delay_seconds"] = min(delay, BROKER_DELAY)
        # Not in `task_routes`: every task has `task_default_priority`, and what a task has counts
        # before its route (celery/app/task.py, `from_config`).
        if options.get("priority") is None:
            options["priority"] = priority_of_message(name, options.get("queue"))
        return super().send_task(name, args, kwargs, countdown=delay, **options)

    def delay_of(
        self, task_name: str, countdown: float | None = None, eta: datetime | str | None = None
    ) -> int | None:
        """Whole seconds from now, rounded up; None for a task that need not wait.

        Raises:
            DelayTooLongError: there are more than LONGEST_DELAY.
        """
        if eta is not None:
            moment = maybe_make_aware(maybe_iso8601(eta), self.timezone)
            countdown = (moment - self.now()).total_seconds()
        if countdown is None or countdown <= 0:
            return None
        if countdown > LONGEST_DELAY:
            raise DelayTooLongError(
                f"{task_name} is to wait {countdown:.0f} s, and the broker keeps a message for"
                f" {LONGEST_DELAY} s at most: keep the date in a table and look there in time"
            )
        return ceil(countdown)
