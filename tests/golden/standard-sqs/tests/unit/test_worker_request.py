"""Lines of the main process about a task have the fields of the task's own lines."""

from types import SimpleNamespace
from typing import Any

import pytest
from celery.worker.request import Request as CeleryRequest
from kombu.utils import symbol_by_name
from structlog.contextvars import get_contextvars

from standard_sqs.app import app
from standard_sqs.topology import DEFAULT_QUEUE
from standard_sqs.worker import request

DELIVERY = {"routing_key": DEFAULT_QUEUE.name}
FIELDS = {"task_id": "the-id", "task": "a.task", "queue": DEFAULT_QUEUE.name, "attempt": 3}


@pytest.fixture
def said() -> list[dict[str, Any]]:
    """The fields that a line would have had."""
    return []


def test_a_message_is_received_with_its_fields(
    said: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "celery.worker.strategy.default", lambda *_: lambda _: said.append(get_contextvars())
    )
    task: Any = SimpleNamespace(name="a.task")
    receive = request.receive_with_fields(task, app, None)
    receive(SimpleNamespace(headers={"id": "the-id", "retries": 2}, delivery_info=DELIVERY))
    assert said == [FIELDS]
    assert get_contextvars() == {}


@pytest.mark.parametrize("handler", ["on_failure", "on_timeout"])
def test_what_became_of_a_task_is_said_with_its_fields(
    handler: str, said: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CeleryRequest, handler, lambda *_: said.append(get_contextvars()))
    made = object.__new__(request.Request)
    made.id, made.name = "the-id", "a.task"
    made._delivery_info, made._request_dict = DELIVERY, {"retries": 2}
    getattr(made, handler)("an error", 1)
    assert said == [FIELDS]
    assert get_contextvars() == {}


def test_every_task_is_received_and_reported_that_way() -> None:
    for name, task in app.tasks.items():
        assert symbol_by_name(task.Strategy) is request.receive_with_fields, name
        assert issubclass(symbol_by_name(task.Request), request.Request), name
