"""One bucket for each queue, and one timer for each bucket, however many messages wait."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from kombu.utils.limits import TokenBucket

from standard_sqs.topology import QUEUES
from standard_sqs.worker.rate_limits import Consumer

LIMITED = next(queue for queue in QUEUES.values() if queue.rate_limit)
TASK = LIMITED.task_globs[-1].replace("*", "task")


class _Timer:
    """Keeps what it is told to call later."""

    def __init__(self) -> None:
        self.calls: list[tuple[Callable[..., None], tuple[Any, ...]]] = []

    def call_after(
        self,
        _seconds: float,
        function: Callable[..., None],
        args: tuple[Any, ...],
        *,
        priority: int,
    ) -> None:
        assert priority >= 0
        self.calls.append((function, args))


def _consumer(started: list[object]) -> Consumer:
    consumer = object.__new__(Consumer)
    consumer.timer = _Timer()
    consumer.qos = SimpleNamespace(decrement_eventually=lambda: None)
    consumer._limit_order = 0
    consumer._limit_move_to_pool = started.append
    return consumer


def test_messages_that_wait_share_one_timer_and_keep_their_order() -> None:
    started: list[object] = []
    consumer = _consumer(started)
    bucket = TokenBucket(fill_rate=1_000_000, capacity=1)
    bucket.fill_rate = 0.001  # as good as closed: only the first one gets through
    names = [f"message {number}" for number in range(30)]
    for name in names:
        consumer._limit_task(name, bucket, 1)
    assert started == names[:1]
    assert len(consumer.timer.calls) == 1

    bucket.fill_rate = 1_000_000
    while consumer.timer.calls:
        function, args = consumer.timer.calls.pop()
        function(*args)
        assert len(consumer.timer.calls) <= 1
    assert started == names


def test_a_delayed_message_waits_in_the_same_line() -> None:
    started: list[object] = []
    consumer = _consumer(started)
    bucket = TokenBucket(fill_rate=0.001, capacity=1)
    consumer._limit_task("first", bucket, 1)
    consumer._limit_post_eta("second", bucket, 1)
    consumer._limit_post_eta("third", bucket, 1)
    assert started == ["first"]
    assert len(consumer.timer.calls) == 1


def test_the_tasks_of_a_queue_share_its_limit_and_others_have_their_own() -> None:
    def task(name: str, rate_limit: str | None) -> SimpleNamespace:
        return SimpleNamespace(name=name, rate_limit=rate_limit)

    consumer = object.__new__(Consumer)
    consumer.app = SimpleNamespace(tasks={})
    consumer.task_buckets = {}
    consumer.reset_rate_limits()
    first = consumer.bucket_for_task(task(f"{TASK}_1", LIMITED.rate_limit))
    second = consumer.bucket_for_task(task(f"{TASK}_2", LIMITED.rate_limit))
    own = consumer.bucket_for_task(task(f"{TASK}_3", "7/h"))
    assert first is second
    assert first is not None
    assert own not in (first, None)
    assert consumer.bucket_for_task(task(f"{TASK}_4", None)) is None
    consumer.reset_rate_limits()
    assert consumer.bucket_for_task(task(f"{TASK}_1", LIMITED.rate_limit)) is not first
