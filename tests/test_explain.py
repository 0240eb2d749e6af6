"""What `explain` and `--compare` say: all words have a page, and what is set in a project is explained."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from celery_scaffold import explain
from celery_scaffold.__main__ import main
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.page_text import page_lines
from celery_scaffold.pages import Page, settings

if TYPE_CHECKING:
    from collections.abc import Sequence


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def rows(page: Page) -> dict[str, str]:
    return {name: text for section in page.sections for name, text, _ in section.rows}


MEMORYDB = (
    "not for redis, valkey: it speaks the cluster protocol even with one shard, and kombu has no cluster client (R71)"
)


@pytest.mark.parametrize("word", explain.known())
def test_every_word_has_a_page_that_fits_narrow_and_wide_terminals(word: str) -> None:
    page = explain.explain(word)
    assert page.title
    assert page.sections
    assert all(section.rows for section in page.sections)
    for columns in (30, 60, 100):
        too_long = [line for line, _ in page_lines(page, columns) if len(line) > columns]
        # A URL or the name of a setting is not broken: it can be copied.
        assert [line for line in too_long if " " in line.strip().rpartition("  ")[2]] == [], columns


@pytest.mark.parametrize(
    ("word", "what", "expected"),
    [
        ("redis", "broker, backend", {"remote control": "yes: workers answer over publish and subscribe"}),
        ("R06", "rule", {"severity": "error", "here": "kept by every generated project"}),
        ("r37", "rule", {"severity": "warning", "here": "warned about, can be accepted"}),
        ("task_acks_late", "setting", {"value": "True", "every project": ""}),
        ("broker_heartbeat", "setting", {"value": "30 seconds", "rabbitmq": "RabbitMQ (quorum queues)"}),
        ("visibility_timeout", "setting", {"unit": "seconds"}),
        (
            "kafka",
            "refused broker",
            {"instead": "--broker rabbitmq; from Kafka, a consumer of your own that sends tasks"},
        ),
        ("elasticsearch", "refused backend", {}),
        ("redis+postgresql", "pair", {"servers": "redis, postgres"}),
        ("redis+redis", "pair", {"servers": "redis (one for both)"}),
        (
            "redis+elasticsearch",
            "pair",
            {"instead": "--backend postgresql; what dashboards read belongs in logs and metrics"},
        ),
        ("kafka+redis", "pair", {}),
        ("sentinel", "broker, backend", {}),
        ("redis-sentinel", "broker, backend", {}),
        ("filesystem", "refused broker, refused backend", {}),
        ("amqp+redis", "pair", {"priorities": "weighted: two HIGH for one NORMAL while both wait"}),
        ("rabbitmq+rpc", "pair", {"chords": "none"}),
        ("sqs", "broker", {"managed by": "aws: Amazon SQS"}),
        ("redis-sentinel", "broker, backend", {"managed by": "none of the clouds"}),
        ("aws", "cloud", {"brokers": "redis, valkey, rabbitmq, sqs, pgmq", "Amazon MemoryDB": MEMORYDB}),
    ],
)
def test_the_words_of_the_issue(word: str, what: str, expected: dict[str, str]) -> None:
    page = explain.explain(word)
    assert page.what == what
    assert {name: rows(page).get(name) for name in expected} == expected


def test_a_pair_shows_the_rules_that_apply_to_the_defaults() -> None:
    assert "R27" in rows(explain.explain("rabbitmq+rpc"))
    assert rows(explain.explain("redis+redis"))["none"] == "nothing to refuse or to warn about"


@pytest.mark.parametrize(
    ("word", "hint"),
    [("kafak", "did you mean 'kafka'?"), ("redis+redsi", "did you mean 'redis'?"), ("task_acks_lat", "task_acks_late")],
)
def test_an_unknown_word_gets_the_nearest(word: str, hint: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        explain.explain(word)
    assert hint in caught.value.hint
    assert caught.value.exit_code == 1


def test_the_command_prints_the_page_and_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "explain", "R06")
    assert "RabbitMQ closes the channel" in text
    facts = json.loads(said(capsys, "explain", "R06", "--json"))
    assert (facts["word"], facts["what"]) == ("R06", "rule")
    assert {"name": "severity", "text": "error", "evidence": ""} in facts["sections"][0]["rows"]


def test_without_a_word_it_lists_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    facts = json.loads(said(capsys, "explain", "--json"))
    named = {row["name"] for section in facts["sections"] for row in section["rows"]}
    assert named == set(explain.known())


def test_an_unknown_word_exits_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "carrots"]) == 1
    assert "error: there is nothing to say about 'carrots'" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "kinds"), [("brokers", BROKERS), ("backends", BACKENDS)])
def test_compare_has_a_column_for_each_and_evidence_for_every_cell(
    command: str, kinds: Sequence[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    heading = said(capsys, command, "--compare").splitlines()[0]
    assert heading.split() == list(kinds)
    facts: list[dict[str, Any]] = json.loads(said(capsys, command, "--compare", "--json"))
    assert [entry[command.removesuffix("s")] for entry in facts] == list(kinds)
    for entry in facts:
        assert all(cell["evidence"] for cell in entry["capabilities"].values())
    managed = {entry[command.removesuffix("s")]: entry["managed_by"] for entry in facts}
    assert managed["redis"] == {
        "aws": ["Amazon ElastiCache"],
        "gcp": ["Memorystore for Redis"],
        "azure": ["Azure Managed Redis"],
    }
    last = said(capsys, command, "--compare").splitlines()[-1]
    assert last.split()[:2] == ["managed", "by"]
    assert last.count("aws, gcp, azure") == sum(set(clouds) == {"aws", "gcp", "azure"} for clouds in managed.values())


def test_a_cloud_says_how_it_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    facts = json.loads(said(capsys, "explain", "gcp", "--json"))
    (service,) = (each for each in facts["sections"] if each["title"] == "Memorystore for Redis")
    lines = [row for row in service["rows"] if row["name"] in {"create it with", "TLS", "login", "failover"}]
    assert {row["evidence"].partition(":")[0] for row in lines} == {"read 2026-11-30, not run", "not verified"}


def test_every_setting_says_its_value_why_and_where_that_was_seen() -> None:
    from celery_scaffold.model.rules.rulebook import RULES

    for setting in settings():
        for text in (setting.name, setting.value, setting.why, setting.evidence):
            assert text.strip() == text != "", setting
        assert set(setting.rules) <= set(RULES), setting
