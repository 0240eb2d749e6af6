from hypothesis import given
from hypothesis import strategies as st

from celery_scaffold.model.queues import LONGEST_TASK
from celery_scaffold.model.timing import SERVER_CONSUMER_TIMEOUT, project_timing, queue_timing

seconds = st.integers(min_value=1, max_value=LONGEST_TASK)
delays = st.integers(min_value=60, max_value=43_200)


@given(seconds)
def test_each_timeout_leaves_room_for_the_one_before(max_task_seconds: int) -> None:
    timing = queue_timing(max_task_seconds)
    assert max_task_seconds <= timing.soft_time_limit < timing.time_limit < timing.drain_timeout
    assert timing.drain_timeout < timing.stop_grace_period


@given(seconds)
def test_cleaning_up_has_at_least_five_seconds_and_at_most_a_minute(max_task_seconds: int) -> None:
    timing = queue_timing(max_task_seconds)
    assert 5 <= timing.time_limit - timing.soft_time_limit <= 60


@given(seconds)
def test_two_runs_fit_into_the_consumer_timeout_in_force(max_task_seconds: int) -> None:
    timing = queue_timing(max_task_seconds)
    in_force = timing.consumer_timeout or SERVER_CONSUMER_TIMEOUT
    assert 2 * timing.time_limit < in_force


@given(st.lists(seconds, min_size=1, max_size=20), delays)
def test_a_delayed_task_that_waits_for_another_is_still_visible_to_one_worker_only(
    limits: list[int],
    longest_delay: int,
) -> None:
    timing = project_timing(tuple(limits), longest_delay)
    longest = max(queue_timing(limit).time_limit for limit in limits)
    assert timing.longest_time_limit == longest
    assert 2 * longest + longest_delay < timing.visibility_timeout
    assert timing.retry_backoff_max <= longest_delay


@given(seconds, seconds)
def test_a_longer_task_never_gets_a_shorter_timeout(one: int, other: int) -> None:
    short, long = queue_timing(min(one, other)), queue_timing(max(one, other))
    assert short.time_limit <= long.time_limit
    assert short.stop_grace_period <= long.stop_grace_period


def test_the_default_queue_as_an_example() -> None:
    timing = queue_timing(60)
    assert (timing.soft_time_limit, timing.time_limit, timing.drain_timeout, timing.stop_grace_period) == (
        60,
        66,
        71,
        86,
    )
    assert timing.consumer_timeout == 0
    assert queue_timing(900).consumer_timeout > SERVER_CONSUMER_TIMEOUT
