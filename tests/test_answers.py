from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from celery_scaffold import answers
from celery_scaffold.answers import Answers, Source
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.queues import DEFAULT_QUEUES, Queue

if TYPE_CHECKING:
    from pathlib import Path


def test_a_flag_wins_over_the_environment_the_file_a_prompt_and_the_default(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text('broker = "rabbitmq"\nbackend = "rpc"\npreset = "full"\ntimezone = "Asia/Tokyo"\n')
    flags = answers.from_flags({"broker": "redis"}, [])
    environment = answers.from_environment({"CELERY_SCAFFOLD_BROKER": "rabbitmq", "CELERY_SCAFFOLD_BACKEND": "none"})
    prompts = Answers({}).with_answer("preset", "minimal", Source.PROMPT).with_answer("ci", "gitlab", Source.PROMPT)

    merged = answers.merge(flags, environment, answers.from_file(file), prompts)

    assert {key: (answer.value, answer.source.value) for key, answer in merged.given.items()} == {
        "broker": ("redis", "flag"),
        "backend": ("none", "environment"),
        "preset": ("full", "file"),
        "timezone": ("Asia/Tokyo", "file"),
        "ci": ("gitlab", "prompt"),
    }
    assert merged.answer("queues") == answers.Answer(DEFAULT_QUEUES, Source.DEFAULT)


def test_queues_of_a_file_start_from_the_usual_values(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text('[queues.heavy]\nconcurrency = 1\n[queues.reports]\nroutes = ["shop.reports.*"]\n')
    assert answers.from_file(file).queues() == (
        Queue("heavy", max_task_seconds=900, concurrency=1),
        Queue("reports", routes=("shop.reports.*",)),
    )


def test_several_queues_fit_into_one_environment_variable() -> None:
    given = answers.from_environment({"CELERY_SCAFFOLD_QUEUES": "default; mail:concurrency=2"})
    assert [queue.name for queue in given.queues()] == ["default", "mail"]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("brocker = 'redis'", "there is no setting 'brocker'", "did you mean 'broker'?"),
        ("broker = 'redsi'", "there is no broker 'redsi'", "did you mean 'redis'?"),
        ("broker = 3", "there is no broker 3", "known: redis, rabbitmq"),
        ("broker = ['redis']", "there is no broker ['redis']", "did you mean 'redis'?"),
        ("with = ['beet']", "there is no component 'beet'", "did you mean 'beat'?"),
        ("max_attempts = true", "must be a whole number", "1 to 20"),
        ("max_attempts = 99999999999999999999999", "must be a whole number", "1 to 20"),
        ("description = '{{ 7 * 7 }}'", "template code", "without"),
        ('description = "a\\nb"', "one printable line", "200"),
        ("timezone = '../../etc/passwd'", "no time zone", "IANA"),
        ("queues = 3", "queue name '3'", ""),
        ("[queues]\nmail = 3", "must be a table", "[queues.mail]"),
        ("[queues.mail]\npol = 'x'", "has no key 'pol'", "pool"),
        ("broker = ", "not valid TOML", "mend"),
        ("\x00", "not valid TOML", "mend"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_the_file(tmp_path: Path, text: str, message: str, hint: str) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(text)
    with pytest.raises(ScaffoldError) as refusal:
        answers.from_file(file)
    assert refusal.value.message.startswith("answers.toml")
    assert message in refusal.value.message
    assert hint in refusal.value.hint


def test_an_unknown_variable_is_a_mistake_and_not_silence() -> None:
    with pytest.raises(ScaffoldError) as refusal:
        answers.from_environment({"CELERY_SCAFFOLD_BROCKER": "redis"})
    assert refusal.value.hint == "did you mean 'CELERY_SCAFFOLD_BROKER'?"


def test_the_default_queue_must_be_one_of_the_queues() -> None:
    given = answers.from_flags({"name": "shop", "queues": ["mail"]}, ["default_queue=emails"])
    with pytest.raises(ScaffoldError, match="none of the queues"):
        answers.project(given)


def test_without_a_queue_named_default_the_first_one_takes_what_no_route_matches() -> None:
    given = answers.from_flags({"name": "shop", "queues": ["mail", "web"]}, [])
    assert answers.project(given).default_queue == "mail"


def test_every_option_says_what_it_is_for_and_its_default_is_a_value_it_accepts() -> None:
    base = answers.from_flags({"name": "shop"}, [])
    for option in answers.OPTIONS.values():
        assert option.about
        assert option.read(base.answer(option.key).value) == base.answer(option.key).value
