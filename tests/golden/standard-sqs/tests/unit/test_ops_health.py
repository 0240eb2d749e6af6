"""What `health` finds wrong, and that it says so in time."""

import json
from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

import pytest

from standard_sqs.app import app
from standard_sqs.ops import cli, health
from standard_sqs.ops.backlog import Backlog, Depths
from standard_sqs.topology import QUEUES

NAMES = [queue.name for queue in QUEUES.values()]
READ = Backlog(ready=0)
ANSWERS = {
    "_reach_broker": lambda: "broker://host",
    "round_trip": lambda _: "read and written",
    "ask_broker": lambda: Depths(dict.fromkeys(NAMES, READ)),
}


def fail(*_: Any) -> Any:
    raise ConnectionError("refused by broker://user:a-password@host")


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replace those who are asked; by default everyone is well."""
    monkeypatch.setitem(app.conf, "broker_url", "broker://host")

    def answer(**changed: Callable[..., Any]) -> None:
        for name, call in {**ANSWERS, **changed}.items():
            monkeypatch.setattr(health, name, call)

    return answer


def test_all_is_well(answering: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    answering()
    assert cli.main(["health"]) == 0
    assert capsys.readouterr().out.endswith("\nhealthy\n")


@pytest.mark.parametrize(
    ("changed", "subjects"),
    [
        ({"_reach_broker": fail}, ["broker"]),
        ({"round_trip": fail}, ["backend"]),
        ({"ask_broker": fail}, ["queues"]),
    ],
)
def test_what_is_wrong_is_found_and_nothing_else(
    answering: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    changed: dict[str, Callable[..., Any]],
    subjects: list[str],
) -> None:
    answering(**changed)
    assert cli.main(["health", "--json"]) == 1
    output = capsys.readouterr().out
    report = json.loads(output)
    assert not report["healthy"]
    assert [finding["subject"] for finding in report["findings"]] == subjects
    assert "a-password" not in output


def test_a_frozen_broker_does_not_freeze_the_report(
    answering: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    release = Event()
    answering(**dict.fromkeys(ANSWERS, lambda *_: release.wait()))
    started = monotonic()
    code = cli.main(["health", "--timeout", "0.3"])
    took = monotonic() - started
    release.set()
    assert (code, took < 3) == (1, True)
    assert "broker: no answer within 0.3 s" in capsys.readouterr().out


def test_the_embedded_broker_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(app.conf, "broker_url", "memory://")
    assert cli.main(["health"]) == 2
    assert "error: the embedded broker" in capsys.readouterr().err
