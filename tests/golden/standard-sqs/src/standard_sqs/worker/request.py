"""What the main process of a worker says about a task, with the fields of the task's own lines.

The task itself runs elsewhere, in a child process or a thread, where `logs` adds them.
"""

from collections.abc import Callable
from typing import Any

from celery import Celery, Task
from celery.worker import strategy
from celery.worker.request import Request as CeleryRequest
from structlog.contextvars import bound_contextvars

from standard_sqs.worker.logs import task_fields


def receive_with_fields(
    task: Task, app: Celery, consumer: Any, **options: Any
) -> Callable[..., None]:
    """Celery's strategy, what to do with a message of this task: "Task … received" is its line."""
    receive = strategy.default(task, app, consumer, **options)

    def receive_message(message: Any, *args: Any, **kwargs: Any) -> None:
        headers = message.headers
        fields = task_fields(
            headers.get("id"), task.name, message.delivery_info, headers.get("retries") or 0
        )
        with bound_contextvars(**fields):
            receive(message, *args, **kwargs)

    return receive_message


class Request(CeleryRequest):
    """Celery's request: retries, failures and time limits are its lines."""

    def on_failure(self, *args: Any, **kwargs: Any) -> Any:
        with bound_contextvars(**self._fields()):
            return super().on_failure(*args, **kwargs)

    def on_timeout(self, *args: Any, **kwargs: Any) -> Any:
        with bound_contextvars(**self._fields()):
            return super().on_timeout(*args, **kwargs)

    def _fields(self) -> dict[str, Any]:
        retries = self.request_dict.get("retries") or 0
        return task_fields(self.id, self.name, self.delivery_info, retries)
