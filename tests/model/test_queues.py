import pytest
from hypothesis import given
from hypothesis import strategies as st

from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.queues import (
    DEFAULT_QUEUES,
    Pool,
    Priority,
    Queue,
    check_queues,
    parse_queue,
    queue_spec,
)

queues = st.builds(
    Queue,
    name=st.sampled_from(["default", "urgent", "heavy", "emails", "reports", "web-hooks"]),
    max_task_seconds=st.integers(1, 21_600),
    concurrency=st.integers(1, 256),
    pool=st.sampled_from(Pool),
    priority=st.sampled_from(Priority),
    rate_limit=st.sampled_from(["", "10/s", "1/m", "9999/h"]),
    routes=st.sampled_from([(), ("shop.mail.*",), ("a.b", "c.*.d")]),
)


@given(queues)
def test_a_spec_reads_back_as_the_queue_it_was_written_from(queue: Queue) -> None:
    assert parse_queue(queue_spec(queue)) == queue


def test_a_known_name_starts_from_its_usual_values() -> None:
    assert parse_queue("heavy:concurrency=1") == Queue("heavy", max_task_seconds=900, concurrency=1)


def test_the_default_queues_need_no_more_than_their_names() -> None:
    assert [queue_spec(queue) for queue in DEFAULT_QUEUES] == ["default", "urgent", "heavy", "emails"]


@pytest.mark.parametrize(
    ("spec", "message", "hint"),
    [
        ("reports:concurency=2", "has no key 'concurency'", "did you mean 'concurrency'?"),
        ("reports:concurrency", "'concurrency' is not key=value", "keys: max_task_seconds"),
        ("reports:concurrency=0", "must be a whole number, not '0'", "1 to 256"),
        ("reports:max_task_seconds=1e9", "must be a whole number, not '1e9'", "1 to 21600"),
        ("reports:max_task_seconds=٣", "must be a whole number", "1 to 21600"),
        ("reports:pool=eventlet", "pool cannot be 'eventlet'", "known: prefork, threads"),
        ("reports:priority=hihg", "priority cannot be 'hihg'", "did you mean 'high'?"),
        ("reports:rate_limit=fast", "rate_limit cannot be 'fast'", "10/s"),
        ("reports:routes=a..b", "routes has 'a..b'", "wildcard"),
        ("Reports", "not usable", "lower-case"),
        ("", "is 0 long", "2 to 40 characters"),
    ],
)
def test_a_mistake_in_a_spec_is_named(spec: str, message: str, hint: str) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        parse_queue(spec)
    assert message in refusal.value.message
    assert hint in refusal.value.hint


@pytest.mark.parametrize(
    ("specs", "message"),
    [
        ([], "at least one queue"),
        (["mail", "mail"], "belongs to two queues"),
        (["web-hooks", "web_hooks"], "the task module 'web_hooks' belongs to two queues"),
        (["aa:routes=shop.*", "bb:routes=shop.*"], "the route 'shop.*' belongs to two queues"),
        ([f"q{number}" for number in range(501)], "501 queues"),
    ],
)
def test_queues_that_contradict_each_other_are_refused(specs: list[str], message: str) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        check_queues(tuple(parse_queue(spec) for spec in specs))
    assert message in refusal.value.message
