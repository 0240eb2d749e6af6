from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from celery.schedules import ParseException, crontab
from hypothesis import example, given, settings
from hypothesis import strategies as st

from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.crontab import FIELDS, crontab_text, crontab_values, shortest_gap
from celery_scaffold.model.schedules import (
    KEYS,
    Argument,
    Schedule,
    check_schedules,
    parse_schedule,
    schedule,
    schedule_from_flags,
    schedule_spec,
    schedule_values,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

MOMENT = datetime(2026, 11, 30, 11, 30, tzinfo=timezone.utc)
NAMES = {"month_of_year": ("jan", "march", "dec"), "day_of_week": ("sun", "tuesday", "sat")}


def _value(field: Any) -> st.SearchStrategy[str]:
    numbers = st.integers(0, field.most + 1).map(str)
    return numbers | st.sampled_from(NAMES[field.name]) if field.name in NAMES else numbers


def _field(field: Any) -> st.SearchStrategy[str]:
    value = _value(field)
    span = st.tuples(value, value).map("-".join)
    stepped = st.tuples(st.just("*") | span, st.integers(1, 6).map(str)).map("/".join)
    return st.just("*") | st.lists(st.just("*") | value | span | stepped, min_size=1, max_size=3).map(",".join)


crontabs = st.tuples(*map(_field, FIELDS)).map(" ".join)


@given(crontabs)
@settings(max_examples=500)
@example("59-0 22-3 31-1 dec-feb fri-mon")
@example("0 0 29 2 *")
@example("0 0 30 feb *")
@example("* * * * 7")
@example("*/59 * * * *")
def test_a_crontab_means_what_celery_makes_of_it(text: str) -> None:
    minute, hour, day_of_month, month_of_year, day_of_week = text.split()
    try:
        celery = crontab(minute, hour, day_of_week, day_of_month, month_of_year)
    except (ValueError, ParseException):
        with pytest.raises(ScaffoldError):
            crontab_text(text, "it")
        return
    assert crontab_values(crontab_text(text, "it")) == {field.name: getattr(celery, field.name) for field in FIELDS}


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("* * * * *", 60),
        ("30 4 * * 1-5", 86_400),
        ("0 0 1 1 *", 86_400),
        ("*/15 * * * *", 900),
        ("*/25 * * * *", 600),
        ("0 */5 * * *", 14_400),
        ("55 23 * * *", 86_400),
        ("0,59 0,23 * * *", 60),
    ],
)
def test_the_shortest_time_between_two_runs_of_a_crontab(text: str, gap: int) -> None:
    assert shortest_gap(text) == gap


TIMES = st.tuples(
    st.sampled_from(["*", "0", "0,59", "*/7", "10-50/20"]), st.sampled_from(["*", "0", "1,23", "*/5", "22-3"])
)


@given(TIMES, st.sampled_from(["* * *", "* * mon-fri", "1,31 * *", "* jan,feb sun"]))
@settings(max_examples=60)
def test_no_run_comes_sooner_than_the_shortest_time(times: tuple[str, str], days: str) -> None:
    text = " ".join((*times, days))
    celery, runs = crontab.from_string(text), [MOMENT]
    for _ in range(60):
        last, until_next, _now = celery.remaining_delta(runs[-1])
        runs.append(last + until_next)
    gaps = [later - earlier for earlier, later in pairwise(runs[1:])]
    assert min(gaps) >= timedelta(seconds=shortest_gap(text))


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("30 4 * *", "has 4 fields", "minute, hour, day_of_month, month_of_year, day_of_week"),
        ("-1 4 * * *", "minute cannot be '-1'", "0 to 59"),
        ("60 4 * * *", "minute cannot be '60'", "0 to 59"),
        ("0 24 * * *", "hour cannot be '24'", "0 to 23"),
        ("0 0 0 * *", "day_of_month cannot be '0'", "1 to 31"),
        ("0 0 * 13 *", "month_of_year cannot be '13'", "1 to 12, or jan to dec"),
        ("0 0 * * 7", "day_of_week cannot be '7'", "0 to 6, or sun to sat"),
        ("0 0 * * may", "day_of_week cannot be 'may'", "0 to 6, or sun to sat"),
        ("0 0 * mon *", "month_of_year cannot be 'mon'", "1 to 12, or jan to dec"),
        ("*/0 * * * *", "minute cannot go in steps of '0'", "1 to 59"),
        ("*/60 * * * *", "minute cannot go in steps of '60'", "1 to 59"),
        ("5/2 * * * *", "minute cannot be '5/2'", "1-5/2"),
        ("1,,2 * * * *", "minute cannot be ''", "with commas"),
        ("٣ * * * *", "minute cannot be '٣'", "0 to 59"),
        (f"{'1,' * 200}1 * * * *", "the minute '1,1,", "200 characters"),
        ("0 0 31 2,4 *", "day_of_month '31' comes in none of the months '2,4'", "1 to 28"),
    ],
)
def test_a_mistake_in_a_crontab_is_named_with_its_field(text: str, message: str, hint: str) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        crontab_text(text, "schedule 'nightly'")
    assert refusal.value.message.startswith("schedule 'nightly'")
    assert message in refusal.value.message
    assert hint in refusal.value.hint


texts = st.text("abe019 ,;:=+\"'\\_-.üß{}%#", max_size=12).filter(
    lambda text: not any(code in text for code in ("{{", "{%", "{#"))
)
arguments = st.dictionaries(
    st.sampled_from(["text", "city", "n", "X_1"]),
    st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    max_size=4,
).map(lambda found: tuple(found.items()))
schedules = st.one_of(
    st.builds(Schedule, st.just("warm-up"), st.just("emails.send"), st.integers(2, 2_592_000), kwargs=arguments),
    st.builds(
        Schedule,
        st.just("nightly"),
        st.just("shop.reports.send"),
        crontab=st.sampled_from(["30 4 * * *", "0,30 4-6/2 1 jan-mar fri-mon"]),
        kwargs=arguments,
        expires_seconds=st.none() | st.integers(1, 1799),
    ),
)


@given(schedules)
@example(Schedule("warm-up", "a.b", 60, kwargs=(("x", "1"), ("y", "true"), ("z", '"'), ("a", ""), ("b", "a, b;c=d"))))
@example(Schedule("warm-up", "a.b", 60, kwargs=(("x", 0.00010916060648618589), ("y", -2.2250738585072014e-308))))
def test_a_spec_is_one_word_and_reads_back_as_the_schedule_it_was_written_from(entry: Schedule) -> None:
    spec = schedule_spec(entry)
    assert (parse_schedule(spec), spec.replace(";", " ").split()) == (entry, [spec])


@given(schedules)
def test_the_values_of_the_answers_file_read_back_as_the_schedule(entry: Schedule) -> None:
    assert schedule(entry.name, json.loads(json.dumps(schedule_values(entry)))) == entry


@given(schedules)
def test_a_run_expires_before_the_next_one(entry: Schedule) -> None:
    assert 0 < entry.expires < entry.gap


@pytest.mark.parametrize(
    ("spec", "expires"),
    [
        ("a-b:task=a.b,every=5m", 240),
        ("a-b:task=a.b,every=2", 1),
        ("a-b:task=a.b,every=30d", 2_073_600),
        ("a-b:task=a.b,crontab=*_*_*_*_*", 48),
        ("a-b:task=a.b,crontab=30_4_*_*_*", 21_600),
        ("a-b:task=a.b,crontab=30_4_*_*_*,expires=23h", 82_800),
    ],
)
def test_unless_it_is_given_a_run_expires_after_four_fifths_of_the_time_to_the_next(spec: str, expires: int) -> None:
    assert parse_schedule(spec).expires == expires


def test_flags_and_a_spec_and_the_answers_file_say_the_same() -> None:
    kwargs: dict[str, Argument] = {
        "city": "Oslo",
        "n": 3,
        "share": 0.5,
        "dry": True,
        "zip": "0123",
        "code": "7",
        "note": "a, b",
    }
    expected = Schedule("nightly", "emails.send", None, "0,30 4 * * mon-fri", tuple(kwargs.items()), 300)
    words = ["city=Oslo", "n=3", "share=0.5", "dry=true", "zip=0123", 'code="7"', "note=a, b"]

    flags = schedule_from_flags("nightly", "emails.send", crontab="0,30 4 * * MON-FRI", kwargs=words, expires="5m")
    spec = parse_schedule(
        "nightly:task=emails.send,crontab=0+30_4_*_*_mon-fri,expires=300,kwargs.city=Oslo,kwargs.n=3,kwargs.share=0.5,"
        'kwargs.dry=true,kwargs.zip=0123,kwargs.code="7",kwargs.note="a\\u002c\\u0020b"'
    )
    file = schedule(
        "nightly",
        {"task": "emails.send", "crontab": "0,30 4 * * mon-fri", "kwargs": kwargs, "expires_seconds": 300},
    )

    assert [flags, spec, file] == [expected] * 3


def test_every_key_of_the_answers_file_is_an_attribute() -> None:
    assert ("name", *KEYS) == tuple(Schedule.__dataclass_fields__)


WHEN = {"task": "a.b", "every_seconds": 60}


@pytest.mark.parametrize(
    ("values", "message", "hint"),
    [
        ({"task": "a.b"}, "neither every_seconds nor crontab", "one of the two"),
        ({**WHEN, "crontab": "* * * * *"}, "both every_seconds and crontab", "one of the two"),
        ({"every_seconds": 60}, "task is missing", "queue.function"),
        ({**WHEN, "task": "send"}, "task cannot be 'send'", "queue.function"),
        ({**WHEN, "task": 1}, "task must be text, not a number", 'task = "…"'),
        ({**WHEN, "every_second": 1}, "has no key 'every_second'", "did you mean 'every_seconds'?"),
        ({**WHEN, "every_seconds": 1}, "every_seconds cannot be 1", "2 to 2592000 seconds"),
        ({**WHEN, "every_seconds": True}, "every_seconds cannot be True", "10m"),
        ({**WHEN, "every_seconds": "31d"}, "every_seconds cannot be '31d'", "10m"),
        ({**WHEN, "every_seconds": "10 minutes"}, "every_seconds cannot be '10 minutes'", "10m"),
        ({**WHEN, "every_seconds": "٣m"}, "every_seconds cannot be '٣m'", "10m"),
        ({**WHEN, "expires_seconds": 60}, "would expire after 60 seconds, and the next one comes after 60", "left out"),
        ({**WHEN, "expires_seconds": 0}, "expires_seconds cannot be 0", "1 to"),
        ({**WHEN, "kwargs": ["x"]}, "kwargs must be a table", "city"),
        ({**WHEN, "kwargs": {"x": [1]}}, "kwargs.x cannot be [1]", "text, a number, true or false"),
        ({**WHEN, "kwargs": {"x": float("nan")}}, "kwargs.x cannot be nan", "text, a number"),
        ({**WHEN, "kwargs": {"x": 2**63}}, "kwargs.x cannot be 9223372036854775808", "text, a number"),
        ({**WHEN, "kwargs": {"x": "a\nb"}}, "kwargs.x must be one printable line", "500"),
        ({**WHEN, "kwargs": {"x": "{{ 7 }}"}}, "kwargs.x contains template code", "without"),
        ({**WHEN, "kwargs": {"from": 1}}, "no argument can be called 'from'", "city"),
        ({**WHEN, "kwargs": {"a-b": 1}}, "no argument can be called 'a-b'", "city"),
        ({**WHEN, "kwargs": {f"a{n}": 1 for n in range(51)}}, "51 kwargs are more than 50", "send less"),
    ],
)
def test_a_mistake_in_the_values_is_named(values: Mapping[str, object], message: str, hint: str) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        schedule("nightly", values)
    assert message in refusal.value.message
    assert "schedule 'nightly'" in refusal.value.message
    assert hint in refusal.value.hint


@pytest.mark.parametrize(
    ("spec", "message", "hint"),
    [
        ("Nightly:task=a.b,every=60", "the schedule name 'Nightly' is not usable", "lower-case"),
        ("nightly", "neither every_seconds nor crontab", "one of the two"),
        ("nightly:task", "'task' is not key=value", "keys: task, every, crontab, expires, kwargs.NAME"),
        ("nightly:tsk=a.b", "has no key 'tsk'", "did you mean 'task'?"),
        ("nightly:every=60,every=70", "every is given twice", "once"),
        ("nightly:task=a.b,every=60,kwargs.x=1,kwargs.x=2", "the argument 'x' is given twice", "once"),
        ("nightly:task=a.b,every=60,kwargs.x", "the argument 'x' is not KEY=VALUE", "--kwarg"),
    ],
)
def test_a_mistake_in_a_spec_is_named(spec: str, message: str, hint: str) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        parse_schedule(spec)
    assert message in refusal.value.message
    assert hint in refusal.value.hint


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["nightly", "nightly"], "two schedules 'nightly'"),
        (["heartbeat"], "the schedule 'heartbeat' has the name of an example"),
        (["nightly-digest"], "the schedule 'nightly-digest' has the name of an example"),
        ([f"s{number}" for number in range(501)], "501 schedules"),
    ],
)
def test_schedules_that_contradict_each_other_are_refused(names: list[str], message: str) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        check_schedules(tuple(Schedule(name, "a.b", 60) for name in names))
    assert message in refusal.value.message
