"""What a task gets without asking for it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import Retry

from standard_sqs.app import app
from standard_sqs.reliability.base_task import BaseTask
from standard_sqs.reliability.sending import DelayTooLongError
from standard_sqs.topology import (
    DEFAULT_QUEUE,
    LONGEST_DELAY,
    MAX_ATTEMPTS,
    QUEUES,
    RETRY_BACKOFF_MAX,
    WorkQueue,
)


def nothing() -> None:
    """Do it."""


@pytest.fixture
def declare() -> Iterator[Callable[..., Any]]:
    """Make a task of this application, for the length of a test."""
    before = set(app.tasks)
    yield lambda name="anything", **options: app.task(nothing, name=name, lazy=False, **options)
    for name in set(app.tasks) - before:
        del app.tasks[name]


@pytest.mark.parametrize("queue", QUEUES.values(), ids=QUEUES)
def test_a_task_takes_what_its_queue_sets(queue: WorkQueue, declare: Callable[..., Any]) -> None:
    task = declare(queue.task_globs[-1].replace("*", "anything"))
    limits = (task.soft_time_limit, task.time_limit, task.rate_limit)
    assert limits == (queue.soft_time_limit, queue.time_limit, queue.rate_limit)
    assert task.retry_backoff_max == RETRY_BACKOFF_MAX
    assert task.max_retries == MAX_ATTEMPTS - 1


def test_a_class_is_a_task_as_well() -> None:
    class ByClass(BaseTask):
        name = "by.class"

        def run(self) -> None:
            nothing()

    try:
        task = app.register_task(ByClass())
        assert (task.time_limit, task.max_retries) == (DEFAULT_QUEUE.time_limit, MAX_ATTEMPTS - 1)
    finally:
        del app.tasks["by.class"]


def test_what_a_task_sets_itself_counts(declare: Callable[..., Any]) -> None:
    task = declare(
        soft_time_limit=1,
        time_limit=2,
        rate_limit="3/s",
        retry_backoff_max=4,
        max_retries=5,
    )
    assert (task.soft_time_limit, task.time_limit) == (1, 2)
    assert (task.rate_limit, task.retry_backoff_max, task.max_retries) == ("3/s", 4, 5)


@pytest.mark.parametrize(("asked", "waits"), [(0, 1), (0.2, 1), (1.5, 2), (7, 7)])
def test_a_retry_waits_whole_seconds(declare: Callable[..., Any], asked: float, waits: int) -> None:
    task = declare()
    task.push_request(id="one", called_directly=False, is_eager=True)
    with pytest.raises(Retry) as retry:
        task.retry(countdown=asked)
    assert retry.value.when == waits


def test_a_retry_that_the_broker_cannot_hold_fails_the_task(declare: Callable[..., Any]) -> None:
    task = declare()
    task.push_request(id="one", called_directly=False, is_eager=True)
    with pytest.raises(DelayTooLongError):
        task.retry(eta=app.now() + timedelta(seconds=LONGEST_DELAY + 60))
