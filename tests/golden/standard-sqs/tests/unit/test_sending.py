"""What holds for every way to send a task."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest

from standard_sqs.app import app
from standard_sqs.reliability.sending import DelayTooLongError
from standard_sqs.tasks import default
from standard_sqs.topology import BROKER_DELAY, LONGEST_DELAY, QUEUES, Priority, WorkQueue

from tests.in_process import in_memory
from tests.strict_eager import StrictEager

TOO_LONG = LONGEST_DELAY + 1
NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "now", lambda: NOON)


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(None, None), (-1, None), (0, None), (0.2, 1), (1.5, 2), (LONGEST_DELAY, LONGEST_DELAY)],
)
def test_a_countdown_is_rounded_up(asked: float | None, waits: int | None) -> None:
    assert app.delay_of("any", countdown=asked) == waits


@pytest.mark.parametrize(("seconds", "waits"), [(-5, None), (0, None), (0.2, 1), (30, 30)])
def test_an_eta_is_a_countdown(seconds: float, waits: int | None) -> None:
    eta = NOON + timedelta(seconds=seconds)
    assert app.delay_of("any", eta=eta) == waits
    assert app.delay_of("any", eta=eta.isoformat()) == waits


@pytest.mark.parametrize(
    "delay", [{"countdown": TOO_LONG}, {"eta": NOON + timedelta(seconds=TOO_LONG)}]
)
def test_no_way_to_send_leads_around_it(strict_eager: StrictEager, delay: dict[str, Any]) -> None:
    task = default.example
    for send in (task.apply_async, task.s().apply_async, partial(app.send_task, task.name)):
        with pytest.raises(DelayTooLongError, match=f"^{task.name} is to wait {TOO_LONG} s"):
            send(**delay)
    assert strict_eager.calls == []


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """A producer, and the options of what it would have sent."""
    sent: list[dict[str, Any]] = []
    monkeypatch.delattr(app, "send_task")  # see conftest.py
    with in_memory(app), app.connection_for_write() as connection:
        producer = app.amqp.Producer(connection, auto_declare=False)
        monkeypatch.setattr(producer, "publish", lambda _, **options: sent.append(options))
        yield producer, sent


def _nothing() -> None:
    pass


@pytest.mark.parametrize("queue", QUEUES.values(), ids=QUEUES)
def test_a_message_has_the_priority_of_its_queue(
    queue: WorkQueue, published: tuple[Any, list[dict[str, Any]]]
) -> None:
    producer, sent = published
    name = next(iter(queue.task_globs), "any.task").replace("*", "of_the_test")
    task = app.task(name=name)(_nothing)
    try:
        for send in (task.apply_async, task.s().apply_async, partial(app.send_task, name)):
            send(producer=producer)
    finally:
        del app.tasks[name]
    default.example.apply_async(["a text"], queue=queue.name, producer=producer)
    assert [options["priority"] for options in sent] == [queue.priority] * 4


@pytest.mark.parametrize("priority", Priority)
def test_what_the_sender_says_counts_more(
    priority: Priority, published: tuple[Any, list[dict[str, Any]]]
) -> None:
    producer, sent = published
    default.example.apply_async(["a text"], priority=priority, producer=producer)
    assert [options["priority"] for options in sent] == [priority]


def test_sqs_holds_a_message_as_long_as_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.delattr(app, "send_task")  # see conftest.py
    with in_memory(app), app.connection_for_write() as connection:
        producer = app.amqp.Producer(connection, auto_declare=False)
        monkeypatch.setattr(producer, "publish", lambda _, **options: sent.append(options))
        for countdown in (None, 30, LONGEST_DELAY):
            app.send_task("any", countdown=countdown, producer=producer)
    held = [options.get("delay_seconds") for options in sent]
    assert held == [None, 30, min(LONGEST_DELAY, BROKER_DELAY)]
