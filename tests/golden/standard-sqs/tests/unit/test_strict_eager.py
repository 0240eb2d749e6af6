"""What the kit in tests/strict_eager.py promises to the tests that use it."""

import threading
import time
from datetime import datetime, timezone
from typing import Any

import pytest
from celery import Task, chain, group, signals, states
from celery.exceptions import (
    NotRegistered,
    QueueNotFound,
    Reject,
    SoftTimeLimitExceeded,
    TimeLimitExceeded,
)
from kombu.exceptions import EncodeError

from standard_sqs.app import app
from standard_sqs.reliability.sending import DelayTooLongError
from standard_sqs.topology import DEFAULT_QUEUE, LONGEST_DELAY, QUEUES, Priority, WorkQueue

from tests.strict_eager import Call, StrictEager

ONE_OF_EACH_POOL = {queue.pool: queue for queue in QUEUES.values()}


@app.task(name="kit.echo")
def echo(value: Any) -> Any:
    return value


@app.task(name="kit.pair")
def pair() -> tuple[int, int]:
    return 1, 2


@app.task(name="kit.opaque", ignore_result=False)
def opaque() -> object:
    return object()


@app.task(name="kit.call")
def call(queue: str) -> None:
    echo.apply_async(["called"], queue=queue)


@app.task(name="kit.wait")
def wait() -> Any:
    return echo.apply_async(["awaited"], ignore_result=False).get(timeout=1)


@app.task(name="kit.nap")
def nap(seconds: float, *, stubborn: bool = False) -> None:
    try:
        time.sleep(seconds)
    except SoftTimeLimitExceeded:
        if not stubborn:
            raise
        time.sleep(seconds)


@app.task(
    name="kit.flaky",
    bind=True,
    autoretry_for=(ConnectionError,),
    max_retries=2,
    retry_backoff=10,
    retry_jitter=False,
)
def flaky(self: Task, failures: int) -> str:
    if self.request.retries < failures:
        raise ConnectionError("down for a moment")
    return "done"


@app.task(name="kit.postpone", bind=True)
def postpone(self: Task) -> None:
    raise self.retry(countdown=LONGEST_DELAY + 1)


@app.task(name="kit.refuse")
def refuse() -> None:
    raise Reject("not here", requeue=True)


def test_a_run_is_recorded_as_the_worker_saw_it(strict_eager: StrictEager) -> None:
    echo.apply_async([(1, (2, 3))], priority=Priority.NORMAL, ignore_result=False)

    assert strict_eager.calls == [
        Call(
            task="kit.echo",
            args=([1, [2, 3]],),
            kwargs={},
            queue=DEFAULT_QUEUE.name,
            priority=Priority.NORMAL,
            countdown=None,
            attempt=1,
            state=states.SUCCESS,
            result=[1, [2, 3]],
        )
    ]


def test_an_argument_that_json_cannot_carry_is_an_error(strict_eager: StrictEager) -> None:
    with pytest.raises(EncodeError):
        echo.delay(object())

    assert strict_eager.calls == []


def test_a_result_is_what_the_caller_reads(strict_eager: StrictEager) -> None:
    result = pair.apply_async(ignore_result=False)

    assert [run.result for run in strict_eager.calls] == [[1, 2]]
    assert result.get(timeout=5) == [1, 2]


def test_a_result_that_json_cannot_carry_is_a_failure(strict_eager: StrictEager) -> None:
    opaque.delay()

    assert [run.state for run in strict_eager.calls] == [states.FAILURE]
    assert isinstance(strict_eager.calls[0].result, EncodeError)


def test_a_result_that_is_ignored_is_not_kept(strict_eager: StrictEager) -> None:
    opaque.apply_async(ignore_result=True)

    assert [(run.state, run.result) for run in strict_eager.calls] == [(states.SUCCESS, None)]


@pytest.mark.usefixtures("strict_eager")
def test_a_queue_nobody_declared_is_an_error() -> None:
    with pytest.raises(QueueNotFound):
        echo.apply_async(["x"], queue="misspelt")


@pytest.mark.usefixtures("strict_eager")
def test_a_task_nobody_registered_is_an_error() -> None:
    with pytest.raises(NotRegistered):
        app.send_task("kit.misspelt")


def test_a_wrong_call_inside_a_task_reaches_the_test(strict_eager: StrictEager) -> None:
    with pytest.raises(QueueNotFound):
        call.delay("misspelt")

    assert [run.state for run in strict_eager.calls] == [states.FAILURE]


def test_a_call_inside_a_task_runs_after_it(strict_eager: StrictEager) -> None:
    call.delay(DEFAULT_QUEUE.name)

    assert [run.task for run in strict_eager.calls] == ["kit.call", "kit.echo"]


def test_a_task_that_waits_for_another_one_fails(strict_eager: StrictEager) -> None:
    wait.delay()

    assert strict_eager.calls[0].state == states.FAILURE
    assert "Never call result.get() within a task" in str(strict_eager.calls[0].result)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"expires": datetime(2020, 1, 1, tzinfo=timezone.utc)}, id="in the past"),
        pytest.param({"expires": 5, "countdown": 10}, id="while it waits"),
    ],
)
def test_a_task_that_has_expired_does_not_run(
    strict_eager: StrictEager, options: dict[str, Any]
) -> None:
    echo.apply_async(["x"], **options)

    assert [run.state for run in strict_eager.calls] == [states.REVOKED]


def test_a_delay_is_recorded_and_not_slept(strict_eager: StrictEager) -> None:
    echo.apply_async(["x"], countdown=LONGEST_DELAY)

    assert [run.countdown for run in strict_eager.calls] == [LONGEST_DELAY]


@pytest.mark.usefixtures("strict_eager")
def test_a_delay_the_broker_cannot_hold_is_an_error() -> None:
    with pytest.raises(DelayTooLongError, match=r"^kit\.echo is to wait"):
        echo.apply_async(["x"], countdown=LONGEST_DELAY + 1)
    with pytest.raises(DelayTooLongError, match=r"^kit\.postpone is to wait"):
        postpone.delay()


@pytest.mark.parametrize("queue", ONE_OF_EACH_POOL.values(), ids=ONE_OF_EACH_POOL)
@pytest.mark.parametrize(
    ("stubborn", "time_limit", "exceeded"),
    [(False, 5, SoftTimeLimitExceeded), (True, 0.1, TimeLimitExceeded)],
)
def test_a_task_that_takes_too_long_is_ended_if_the_pool_can_do_that(
    strict_eager: StrictEager,
    queue: WorkQueue,
    stubborn: bool,
    time_limit: float,
    exceeded: type[Exception],
) -> None:
    nap.apply_async(
        [0.2],
        {"stubborn": stubborn},
        queue=queue.name,
        soft_time_limit=0.05,
        time_limit=time_limit,
    )

    (run,) = strict_eager.calls
    if queue.pool == "prefork":
        assert (run.state, type(run.result)) == (states.FAILURE, exceeded)
    else:
        assert run.state == states.SUCCESS


@pytest.mark.parametrize(
    ("failures", "last"), [(2, states.SUCCESS), (3, states.FAILURE)], ids=["recovers", "gives up"]
)
def test_each_retry_is_a_run(strict_eager: StrictEager, failures: int, last: str) -> None:
    flaky.delay(failures)

    assert [(run.attempt, run.countdown, run.state) for run in strict_eager.calls] == [
        (1, None, states.RETRY),
        (2, 10, states.RETRY),
        (3, 20, last),
    ]


def test_a_message_that_is_put_back_for_ever_is_an_error(strict_eager: StrictEager) -> None:
    with pytest.raises(RecursionError, match=r"kit\.refuse"):
        refuse.delay()

    assert {run.state for run in strict_eager.calls} == {"REJECTED"}


def test_a_chain_hands_on_what_json_carried(strict_eager: StrictEager) -> None:
    chain(echo.s((1, 2)), echo.s()).apply_async()

    assert [run.args for run in strict_eager.calls] == [([1, 2],), ([1, 2],)]


def test_a_group_runs_every_task(strict_eager: StrictEager) -> None:
    group(echo.s(number) for number in range(3)).apply_async()

    assert [run.args for run in strict_eager.calls] == [(0,), (1,), (2,)]


def test_without_the_fixture_a_call_is_refused() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"^kit\.echo was sent"):
        echo.delay("x")


@pytest.mark.usefixtures("worker")
def test_a_worker_in_this_process_runs_what_is_sent() -> None:
    done = threading.Event()

    def tell(**_: Any) -> None:
        done.set()

    signals.task_success.connect(tell, sender=echo)
    echo.delay("x")

    assert done.wait(timeout=10)
