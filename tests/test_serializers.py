"""The answer `serializer`: what is refused, and what a change of it leaves to do."""

from __future__ import annotations

import pytest

from celery_scaffold import answers
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.serializer_steps import serializer_steps


@pytest.mark.parametrize("serializer", ["pickle", "yaml"])
def test_what_runs_code_when_it_is_read_is_refused_by_rule_with_a_way_out(serializer: str) -> None:
    with pytest.raises(ScaffoldError, match=f"^R23: no serializer '{serializer}': ") as refusal:
        answers.from_flags({"name": "shop"}, [f"serializer={serializer}"])
    assert refusal.value.hint.startswith("serializer = json, and plain values as arguments")


def test_an_unknown_one_is_refused_with_the_nearest() -> None:
    with pytest.raises(ScaffoldError, match="there is no serializer"):
        answers.from_flags({"name": "shop"}, ["serializer=messagepack"])


def test_answers_from_before_there_was_a_choice_mean_json() -> None:
    assert answers.project(answers.from_table({"name": "shop"}, "celery-scaffold.toml")).serializer == "json"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("json", "json", []),
        ("json", "msgpack", []),
        ("msgpack", "json", ["run empty", "cannot be read any more"]),
        ("json", "auth", ["make signing-keys", "run empty", "cannot be read any more"]),
    ],
)
def test_another_serializer_leaves_this_to_do(before: str, after: str, words: list[str]) -> None:
    old, new = (
        answers.project(answers.from_flags({"name": "shop"}, [f"serializer={name}"])) for name in (before, after)
    )
    steps = list(serializer_steps(old, new))
    assert [word in step for word, step in zip(words, steps, strict=True)] == [True] * len(words)
