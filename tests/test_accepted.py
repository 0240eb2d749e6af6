"""Warnings that the owner of a project accepts, with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from celery_scaffold import answers, workflows
from celery_scaffold.__main__ import main
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.capabilities import Capability, Topic

if TYPE_CHECKING:
    from pathlib import Path

THREADS = ["--queue", "default:pool=threads"]
REASON = "our calls have timeouts"


def facts(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    main([*arguments, "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_warning_is_a_warning_until_it_is_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = ["new", "shop", "--yes", "--no-git", "--dry-run", "--output-dir", str(tmp_path), *THREADS]
    assert [warning["id"] for warning in facts(capsys, *new)["warnings"]] == ["R37"]

    given = facts(capsys, *new, "--set", f"accepted=R37={REASON}")
    assert given["warnings"] == []
    assert [(rule["id"], rule["reason"]) for rule in given["accepted"]] == [("R37", REASON)]

    main([*new, "--set", f"accepted=R37={REASON}"])
    said = capsys.readouterr().err
    assert f"accepted R37: {REASON}" in said
    assert "warning R37" not in said


def test_the_answers_file_keeps_it_and_check_lists_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["new", "shop", "--yes", "--no-git", "--output-dir", str(tmp_path), *THREADS])
    file = tmp_path / "shop" / "celery-scaffold.toml"
    assert "[accepted]" not in file.read_text()
    monkeypatch.chdir(tmp_path / "shop")
    capsys.readouterr()
    main(["check"])
    assert "warning R37: Celery enforces no time limits" in capsys.readouterr().err

    file.write_text(f'{file.read_text()}\n[accepted]\nR37 = "{REASON}"\n')
    assert facts(capsys, "check")["changed_answers"] == ["accepted"]
    main(["update"])
    main(["check"])
    said = capsys.readouterr().err
    assert f"accepted R37: {REASON}" in said
    assert "warning R37" not in said.partition("up to date")[0].rpartition("accepted R37")[2]
    assert facts(capsys, "check")["accepted"] == {"R37": REASON}
    assert f'[accepted]\nR37 = "{REASON}"\n' in file.read_text()


def test_the_same_answers_come_back_from_the_file(tmp_path: Path) -> None:
    given = answers.from_flags({"name": "shop"}, ["accepted=R37=a = b, c; R32=we know"])
    assert given.words("accepted") == ("R37=a = b, c", "R32=we know")
    workflows.new(given, tmp_path, with_git=False)
    read = answers.from_file(tmp_path / "shop" / "celery-scaffold.toml")
    assert read.words("accepted") == given.words("accepted")


@pytest.mark.parametrize(
    ("table", "message", "hint"),
    [
        ('R99 = "x"', "accepted: there is no rule 'R99'", "did you mean"),
        ('R37 = ""', "the rule R37 is accepted without a reason", "our calls have timeouts"),
        ('R37 = "  "', "the rule R37 is accepted without a reason", "our calls have timeouts"),
        ("R37 = 1", "the reason of accepted R37 must be text, not a number", "[accepted]"),
        ('R37 = "a; b"', "the rule R37 is accepted with a ';' in its reason", "[accepted]"),
        ('R37 = "{{ x }}"', "the reason of accepted R37 contains template code", "without"),
        ('R19 = "x"', "the rule R19 is refused, and not a warning that could be accepted", "explain R19"),
        ('R01 = "x"', "the rule R01 is kept by every generated project, and not a warning", "explain R01"),
    ],
)
def test_what_cannot_be_accepted_is_one_line(tmp_path: Path, table: str, message: str, hint: str) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(f"[accepted]\n{table}\n")
    with pytest.raises(ScaffoldError) as caught:
        answers.from_file(file)
    assert message in caught.value.message
    assert hint in caught.value.hint


def with_a_limit(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """Redis, as if it could keep no message longer than that."""
    limited = replace(BROKERS["redis"], capabilities=(Capability(Topic.LONGEST_VISIBILITY, seconds, "", ""),))
    monkeypatch.setitem(BROKERS, "redis", limited)


def test_an_error_refuses_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_a_limit(monkeypatch, 60)
    assert main(["new", "shop", "--yes", "--output-dir", str(tmp_path)]) == 1
    assert "error: R19: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [["update", "--set", "longest_delay_seconds=7200"], ["add", "queue", "slow:max_task_seconds=3600"]],
    ids=["update", "add"],
)
def test_an_error_refuses_update_and_add_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    main(["new", "shop", "--yes", "--no-git", "--output-dir", str(tmp_path)])
    monkeypatch.chdir(tmp_path / "shop")
    before = (tmp_path / "shop" / "celery-scaffold.toml").read_text()
    with_a_limit(monkeypatch, 4000)
    assert main(["check"]) == 0
    assert main(command) == 1
    assert "error: R19: " in capsys.readouterr().err
    assert (tmp_path / "shop" / "celery-scaffold.toml").read_text() == before
    with_a_limit(monkeypatch, 60)
    assert main(["check"]) == 1
    assert "error: R19: " in capsys.readouterr().err
