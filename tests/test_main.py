"""Through `main`, since that is where errors become lines and exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from celery_scaffold.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["nwe", "shop"], "No such command 'nwe'", "--help"),
        (["new", "shop", "--brokr", "redis"], "No such option: --brokr", "--help"),
        (["new", "shop", "--yes", "--broker", "reddis"], "there is no broker 'reddis'", "did you mean 'redis'?"),
        (["new", "shop", "--yes", "--set", "timezon=UTC"], "there is no setting 'timezon'", "did you mean 'timezone'?"),
        (["new", "shop", "--yes", "--set", "timezone"], "is not KEY=VALUE", "--set"),
        (["new", "shop", "--yes", "--without", "base"], "cannot be left out", "every project"),
        (["new", "shop", "--yes", "--with", "ci", "--without", "ci"], "both asked for and left out", "drop"),
        (["new", "shop", "--yes", "--answers", "nowhere.toml"], "cannot read nowhere.toml", "answers file"),
        (["new", "--yes"], "the project has no name", "celery-scaffold new NAME"),
        (["new", "shop"], "missing: --preset, --broker, --backend, --queue", "--yes"),
        (["new"], "missing: NAME, --preset", "--yes"),
    ],
)
def test_a_mistake_is_one_line_and_a_hint(
    arguments: list[str],
    error: str,
    hint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("error: ")
    assert error in lines[0]
    assert lines[1].startswith("hint: ")
    assert hint in lines[1]
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_is_told_to_programs_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "shop", "--yes", "--broker", "reddis", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "error": "there is no broker 'reddis'",
        "hint": "did you mean 'redis'?",
        "exit_code": 1,
    }


def test_json_says_where_each_answer_came_from(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CELERY_SCAFFOLD_BACKEND", "none")
    assert (
        main(["new", "shop", "--yes", "--broker", "rabbitmq", "--dry-run", "--json", "--output-dir", str(tmp_path)])
        == 0
    )
    facts = json.loads(capsys.readouterr().out)
    sources = {key: answer["source"] for key, answer in facts["answers"].items()}
    assert (sources["broker"], sources["backend"], sources["queues"]) == ("flag", "environment", "default")
    assert facts["written"] is False
    assert "compose.yaml" in facts["files"]
    assert list(tmp_path.iterdir()) == []


def test_a_bug_leaves_a_traceback_in_a_file_and_says_where(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("celery_scaffold.workflows.new", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["new", "shop", "--yes"]) == 3
    text = capsys.readouterr().err
    assert "ZeroDivisionError: on purpose" in text
    (log,) = tmp_path.glob("celery-scaffold-*.log")
    assert str(log) in text
    assert "Traceback" in log.read_text()


def test_an_interruption_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("celery_scaffold.workflows.new", interrupted)
    assert main(["new", "shop", "--yes"]) == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["components", "brokers", "backends"])
def test_the_catalogue_is_a_table_and_the_same_facts_as_json(
    command: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([command]) == 0
    table = capsys.readouterr().out
    assert main([command, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows
    for row in rows:
        assert next(iter(row.values())) in table


@pytest.mark.parametrize(
    "environment",
    [
        {"NO_COLOR": "1"},
        {"TERM": "dumb"},
        {"COLUMNS": "20"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_plain_narrow_and_ascii_surroundings_are_no_reason_to_fail(environment: dict[str, str], tmp_path: Path) -> None:
    for arguments in (["--help"], ["brokers"], ["new", "shop", "--yes", "--dry-run"], ["new", "../x", "--yes"]):
        done = subprocess.run(
            [sys.executable, "-m", "celery_scaffold", *arguments],
            env={**os.environ, **environment},
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert done.returncode == (1 if "../x" in arguments else 0), done.stderr
        assert b"\x1b[" not in done.stdout + done.stderr


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("celery-scaffold 0.")


def test_no_command_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "export-template" in capsys.readouterr().out
