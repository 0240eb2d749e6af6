"""What happens inside a worker besides the tasks: logs, health files, and the drain at its end."""

from typing import TYPE_CHECKING

from standard_sqs.worker import health, lifecycle, logs

if TYPE_CHECKING:
    from celery import Celery


def install(app: "Celery") -> None:
    """Add this project's steps to the workers of `app`; safe to repeat."""
    logs.connect()
    app.steps["worker"].update({health.HealthFiles, lifecycle.Drain})
    app.steps["consumer"].add(health.Consuming)
