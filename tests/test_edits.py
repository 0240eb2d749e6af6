"""What `add` and `remove` make of answers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from celery_scaffold import answers as said
from celery_scaffold import workflows
from celery_scaffold.answers import Answer, Answers, Source
from celery_scaffold.edits import (
    with_cloud,
    with_component,
    with_queue,
    with_schedule,
    without_cloud,
    without_component,
    without_queue,
)
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.queues import Priority, Queue
from celery_scaffold.model.schedules import Schedule, parse_schedule
from celery_scaffold.options import OPTIONS

from trees import files_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WARM_UP = parse_schedule("warm-up:task=emails.example,every=10m")


def answers(*pairs: str, **flags: object) -> Answers:
    """Those of a project `shop`."""
    return said.from_flags({"name": "shop", **flags}, pairs)


def changed(before: Answers, after: Answers) -> dict[str, Answer]:
    """The answers that are others now."""
    return {key: after.answer(key) for key in OPTIONS if after.answer(key).value != before.answer(key).value}


def test_a_queue_comes_last_with_what_its_name_brings_and_what_is_said() -> None:
    before = answers(queues=["default", "mail"])
    after = with_queue(before, "urgent:concurrency=2")
    urgent = Queue("urgent", max_task_seconds=10, concurrency=2, priority=Priority.HIGH)
    expected = Answer((Queue("default"), Queue("mail"), urgent), Source.FLAG)
    assert changed(before, after) == {"queues": expected}


def test_the_default_queue_stays_when_one_of_that_name_is_added() -> None:
    before = answers(queues=["mail"])
    assert set(changed(before, with_queue(before, "default"))) == {"queues"}


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ({"preset": "minimal"}, "beat", {"with": ("beat",)}),
        ({"preset": "minimal", "with": ("beat", "ci")}, "workflows", {"with": ("beat", "workflows", "ci")}),
        ({"preset": "standard", "without": ("beat", "ci")}, "ci", {"without": ("beat",)}),
        ({"preset": "minimal", "without": ("beat",)}, "beat", {"with": ("beat",), "without": ()}),
    ],
)
def test_a_component_is_asked_for_or_no_longer_left_out(
    before: dict[str, object], name: str, after: dict[str, object]
) -> None:
    given = answers(**before)
    assert changed(given, with_component(given, name)) == {
        key: Answer(value, Source.FLAG)  # type: ignore[arg-type]  # tuples of words
        for key, value in after.items()
    }


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ({"preset": "standard"}, "ci", {"without": ("ci",)}),
        ({"preset": "full", "without": ("beat", "ci")}, "compose", {"without": ("beat", "compose", "ci")}),
        ({"preset": "minimal", "with": ("beat", "ci")}, "beat", {"with": ("ci",)}),
        ({"preset": "standard", "with": ("beat",)}, "beat", {"with": (), "without": ("beat",)}),
    ],
)
def test_a_component_is_left_out_or_no_longer_asked_for(
    before: dict[str, object], name: str, after: dict[str, object]
) -> None:
    given = answers(**before)
    assert changed(given, without_component(given, name)) == {
        key: Answer(value, Source.FLAG)  # type: ignore[arg-type]  # tuples of words
        for key, value in after.items()
    }


def test_clouds_come_and_go() -> None:
    one = answers(clouds=["gcp"])
    two = with_cloud(one, "aws")
    assert changed(one, two) == {"clouds": Answer(("gcp", "aws"), Source.FLAG)}
    assert changed(two, without_cloud(two, "gcp")) == {"clouds": Answer(("aws",), Source.FLAG)}


def test_a_schedule_comes_last() -> None:
    before = answers("schedules=nightly:task=heavy.example,crontab=30_4_*_*_*")
    after = with_schedule(before, WARM_UP)
    nightly = Schedule("nightly", "heavy.example", crontab="30 4 * * *")
    assert changed(before, after) == {"schedules": Answer((nightly, WARM_UP), Source.FLAG)}


THERE_AND_BACK = [
    ({}, partial(with_queue, spec="reports:max_task_seconds=3600"), partial(without_queue, name="reports")),
    ({"queues": ["urgent"]}, partial(with_queue, spec="default"), partial(without_queue, name="default")),
    ({"preset": "minimal"}, partial(with_component, name="ci"), partial(without_component, name="ci")),
    ({"without": ["beat", "ci"]}, partial(with_component, name="beat"), partial(without_component, name="beat")),
    ({"clouds": ["gcp"]}, partial(with_cloud, name="aws"), partial(without_cloud, name="aws")),
]


@pytest.mark.parametrize(("flags", "add", "remove"), THERE_AND_BACK)
def test_adding_and_removing_gives_the_same_bytes(
    flags: dict[str, object],
    add: Callable[[Answers], Answers],
    remove: Callable[[Answers], Answers],
    tmp_path: Path,
) -> None:
    before = answers(**flags)
    trees = []
    for number, given in enumerate((before, add(before), remove(add(before)))):
        output = tmp_path / str(number)
        output.mkdir()
        made = workflows.new(given, output, with_git=False)
        trees.append({path: content for path, content in files_of(made.target).items() if path in made.paths})
    assert trees[0] != trees[1]
    assert trees[0] == trees[2]


QUEUES = {"queues": ["default", "mail"]}
ON_MAIL = "schedules=nightly:task=mail.example,every=1d"
BY_ROUTE = "schedules=nightly:task=vendor.reports.send,every=1d"


@pytest.mark.parametrize(
    ("given", "edit", "message", "hint"),
    [
        (answers(**QUEUES), partial(with_queue, spec="mail"), "there is a queue 'mail' already", "toml"),
        (answers(**QUEUES), partial(with_queue, spec="web_hooks:pol=1"), "has no key 'pol'", "'pool'"),
        (answers(queues=["web-hooks"]), partial(with_queue, spec="web_hooks"), "belongs to two queues", "rename"),
        (
            answers(**QUEUES),
            partial(with_queue, spec="web:routes=shop.tasks.mail.send"),
            "takes tasks of the module of queue 'mail'",
            "tasks/web.py",
        ),
        (answers(**QUEUES), partial(without_queue, name="mial"), "there is no queue 'mial'", "did you mean 'mail'?"),
        (answers(queues=["mail"]), partial(without_queue, name="mail"), "'mail' is the last queue", "add queue"),
        (answers(**QUEUES), partial(without_queue, name="default"), "is the default queue", "default_queue"),
        (
            answers(ON_MAIL, **QUEUES),
            partial(without_queue, name="mail"),
            "the schedule 'nightly' sends the task 'mail.example', which belongs to 'mail'",
            "[schedules.nightly]",
        ),
        (
            answers(BY_ROUTE, queues=["default", "mail:routes=vendor.*"]),
            partial(without_queue, name="mail"),
            "sends the task 'vendor.reports.send', which belongs to 'mail'",
            "[schedules.nightly]",
        ),
        (answers(), partial(with_component, name="beat"), "has the component 'beat' already", "components"),
        (answers(), partial(with_component, name="beet"), "there is no component 'beet'", "did you mean 'beat'?"),
        (answers(), partial(without_component, name="beet"), "there is no component 'beet'", "did you mean 'beat'?"),
        (answers(), partial(without_component, name="base"), "'base' cannot be left out", "every project"),
        (
            answers(preset="minimal"),
            partial(without_component, name="beat"),
            "has no component 'beat'",
            "it has base, compose",
        ),
        (
            answers(ON_MAIL, **QUEUES),
            partial(without_component, name="beat"),
            "the schedules of the project need the component 'beat'",
            "nightly",
        ),
        (answers(), partial(with_cloud, name="asw"), "there is no cloud 'asw'", "did you mean 'aws'?"),
        (answers(clouds=["aws"]), partial(with_cloud, name="aws"), "has the cloud 'aws' already", "clouds: aws"),
        (answers(), partial(without_cloud, name="aws"), "has no cloud 'aws'", "clouds: none"),
        (
            answers("schedules=warm-up:task=a.b,every=60"),
            partial(with_schedule, schedule=WARM_UP),
            "there is a schedule 'warm-up' already",
            "toml",
        ),
        (
            answers(preset="minimal"),
            partial(with_schedule, schedule=WARM_UP),
            "the schedule 'warm-up' needs the component 'beat'",
            "celery-scaffold add component beat",
        ),
        (
            answers(**QUEUES),
            partial(with_schedule, schedule=Schedule("nightly", "shop.tasks.mial.send", 60)),
            "schedule 'nightly': the task 'shop.tasks.mial.send' is one of no queue",
            "did you mean 'mail'?",
        ),
    ],
)
def test_what_cannot_be_added_or_removed_is_named(
    given: Answers, edit: Callable[[Answers], Answers], message: str, hint: str
) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        edit(given)
    assert message in refusal.value.message
    assert hint in refusal.value.hint
