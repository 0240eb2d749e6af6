"""The commands that the wizard prints: pasted into a shell, they give the same answers."""

from __future__ import annotations

import shlex
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celery_scaffold import prompts, workflows
from celery_scaffold.__main__ import main
from celery_scaffold.answers import Answers, Source
from celery_scaffold.command_line import equivalent_command, resume_command
from celery_scaffold.components import COMPONENTS
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS
from celery_scaffold.model.queues import DEFAULT_QUEUES, Pool, Priority, Queue
from celery_scaffold.options import OPTIONS

NAME = st.from_regex(r"[a-z][a-z0-9]{2,6}([-_][a-z0-9]{1,4}){0,2}", fullmatch=True)
GLOB = st.from_regex(r"[a-z_*]{1,5}(\.[a-z0-9_*]{1,5}){0,2}", fullmatch=True)
QUEUE = st.builds(
    Queue,
    name=st.one_of(NAME, st.sampled_from([queue.name for queue in DEFAULT_QUEUES])),
    max_task_seconds=st.integers(1, 21_600),
    concurrency=st.integers(1, 256),
    pool=st.sampled_from(Pool),
    priority=st.sampled_from(Priority),
    rate_limit=st.sampled_from(["", "10/s", "5/h"]),
    routes=st.lists(GLOB, max_size=2, unique=True).map(tuple),
)
RAW: dict[str, st.SearchStrategy[object]] = {
    "name": NAME,
    "package": NAME.map(lambda name: name.replace("-", "_")),
    "description": st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), max_size=40),
    "preset": st.sampled_from(["minimal", "standard", "full"]),
    "broker": st.sampled_from(sorted(BROKERS)),
    "backend": st.sampled_from(sorted(BACKENDS)),
    "clouds": st.lists(st.sampled_from(sorted(CLOUDS)), max_size=3),
    "queues": st.one_of(st.just(DEFAULT_QUEUES), st.lists(QUEUE, min_size=1, max_size=3, unique_by=lambda q: q.module)),
    "default_queue": NAME,
    "with": st.lists(st.sampled_from(sorted(COMPONENTS)), max_size=2),
    "without": st.lists(st.sampled_from(sorted(COMPONENTS)), max_size=2),
    "timezone": st.sampled_from(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"]),
    "python": st.sampled_from(["3.10", "3.13"]),
    "ci": st.sampled_from(["github", "gitlab"]),
    "max_attempts": st.integers(1, 20),
    "longest_delay_seconds": st.integers(60, 43_200),
    "result_expires_seconds": st.integers(60, 86_400),
}
DIRECTORY = st.sampled_from([Path(), Path("a b"), Path("/srv/$x"), Path("it's")])


@st.composite
def some_answers(draw: st.DrawFn) -> Answers:
    answers = Answers({})
    keys = draw(st.sets(st.sampled_from(sorted(RAW))))
    for key in OPTIONS:
        if key in keys or key == "name":
            source = draw(st.sampled_from([Source.PROMPT, Source.FLAG, Source.FILE, Source.ENVIRONMENT]))
            try:
                answers = answers.with_answer(key, draw(RAW[key]), source)
            except ScaffoldError:  # a name that is taken, a route that two queues claim
                continue
    return answers if "name" in answers.given else answers.with_answer("name", "shop", Source.PROMPT)


def parsed(command: str) -> tuple[Answers, Path, bool]:
    """What the real command line makes of a command: the answers, the directory, and whether it would ask."""
    caught: list[tuple[Answers, Path, bool]] = []

    def asking(answers: Answers, output: Path, *_: object) -> Answers:
        caught.append((answers, output, True))
        raise ScaffoldError("that is all")

    def writing(answers: Answers, output: Path, **_: object) -> None:
        caught.append((answers, output, False))
        raise ScaffoldError("that is all")

    program, *arguments = shlex.split(command)
    assert program == "celery-scaffold"
    with (
        mock.patch.object(prompts, "can_ask", return_value=True),
        mock.patch.object(prompts, "ask", asking),
        mock.patch.object(workflows, "new", writing),
    ):
        assert main(arguments) == 1
    (result,) = caught
    return result


@settings(deadline=None, max_examples=150)
@given(answers=some_answers(), directory=DIRECTORY)
def test_the_equivalent_command_gives_the_same_answers(answers: Answers, directory: Path) -> None:
    again, output, asks = parsed(equivalent_command(answers, directory))
    assert {key: again.answer(key).value for key in OPTIONS} == {key: answers.answer(key).value for key in OPTIONS}
    assert output == directory.absolute()
    assert not asks


@settings(deadline=None, max_examples=150)
@given(answers=some_answers(), directory=DIRECTORY)
def test_the_command_to_resume_gives_the_answers_so_far(answers: Answers, directory: Path) -> None:
    again, output, asks = parsed(resume_command(answers, directory))
    assert {key: answer.value for key, answer in again.given.items()} == {
        key: answer.value for key, answer in answers.given.items()
    }
    assert output == directory
    assert asks


@pytest.mark.parametrize(
    ("replies", "command"),
    [
        ({"name": "shop"}, "celery-scaffold new shop --yes"),
        (
            {"name": "shop", "preset": "standard", "broker": "redis", "backend": "redis", "queues": DEFAULT_QUEUES},
            "celery-scaffold new shop --yes",
        ),
        ({"name": "shop", "package": "shop", "with": (), "timezone": "UTC"}, "celery-scaffold new shop --yes"),
        (
            {"name": "shop", "package": "store", "broker": "rabbitmq", "queues": "a1 b1:pool=threads"},
            "celery-scaffold new shop --broker rabbitmq --queue a1 --queue b1:pool=threads --set package=store --yes",
        ),
        (
            {"name": "shop", "description": "It's $5; 'cheap'"},
            """celery-scaffold new shop --set 'description=It'"'"'s $5; '"'"'cheap'"'"'' --yes""",
        ),
    ],
)
def test_the_equivalent_command_is_as_short_as_it_can_be(replies: dict[str, object], command: str) -> None:
    answers = Answers({})
    for key, raw in replies.items():
        answers = answers.with_answer(key, raw, Source.PROMPT)
    assert sorted(shlex.split(equivalent_command(answers))) == sorted(shlex.split(command))


def test_a_default_that_was_typed_as_a_flag_stays_since_it_may_outvote_the_environment() -> None:
    answers = Answers({}).with_answer("name", "shop", Source.FLAG).with_answer("broker", "redis", Source.FLAG)
    assert equivalent_command(answers) == "celery-scaffold new shop --broker redis --yes"


def test_the_run_s_directory_and_switches_are_repeated() -> None:
    answers = Answers({}).with_answer("name", "shop", Source.FLAG)
    assert (
        equivalent_command(answers, Path("my work"), ["--no-git"])
        == "celery-scaffold new shop --output-dir 'my work' --no-git --yes"
    )
    assert resume_command(Answers({}), Path("x"), ["--dry-run"]) == "celery-scaffold new --output-dir x --dry-run"
