{% import "partials/python.jinja" as python with context %}
"""How tasks are sent: what holds for your code{{ ", retries and beat" if cookiecutter._components.beat else " and for retries" }}."""

from datetime import datetime
from math import ceil
from typing import Any

from celery import {{ "Celery, signals" if cookiecutter._broker.confirms_publish else "Celery" }}
from celery.result import AsyncResult
from celery.utils.time import maybe_iso8601, maybe_make_aware

{{ python.import_own("topology", (["BROKER_DELAY"] if cookiecutter._broker.caps_delay else []) + ["LONGEST_DELAY", "priority_of_message"]) }}
{% include "broker/sending_constants.py" %}


class DelayTooLongError(ValueError):
    """The broker cannot hold a message for that long."""


class Application(Celery):
    """Celery, but no task is sent to wait for longer than LONGEST_DELAY.

{% include "broker/sending_delays.txt" %}
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
{% include "broker/sending_options.py" %}
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
{% include "broker/sending_functions.py" %}
