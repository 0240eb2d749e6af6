"""The record of a generated project under git: it is reviewed as one thing, and two updates meet as one conflict."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from celery_scaffold.__main__ import main

from conftest import need
from generated.commands import readme_commands
from generated.owner import new
from generated.stacks import with_uv
from trees import files_of

if TYPE_CHECKING:
    from pathlib import Path

RECORD = (".celery-scaffold/base.zip", ".celery-scaffold/record.toml")
AS = ("-c", "user.name=owner", "-c", "user.email=owner@example.com")


def git(project: Path, *arguments: str, fails: bool = False) -> str:
    """Run git in the project; what it prints."""
    done = subprocess.run(["git", *AS, *arguments], cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode != 0) is fails, done.stdout + done.stderr
    return done.stdout


def scaffold(project: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    """Run the tool in the project."""
    monkeypatch.chdir(project)
    assert main([*arguments]) == 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project on Redis, committed."""
    need("git", "the record is in git")
    made = new(tmp_path, "--broker", "redis", "--backend", "redis")
    git(made, "init", "--quiet", "--initial-branch=main")
    commit(made, "made")
    return made


def commit(project: Path, message: str) -> None:
    """Commit all there is."""
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", message)


def test_the_same_answers_leave_the_same_bytes_and_no_text_to_review(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scaffold(project, monkeypatch, "update")
    assert git(project, "status", "--porcelain") == ""
    scaffold(project, monkeypatch, "update", "--set", "timezone=Asia/Tokyo")
    assert git(project, "diff", "--", *RECORD).count("Binary files ") == len(RECORD)
    scaffold(project, monkeypatch, "update", "--set", "timezone=UTC")
    assert git(project, "status", "--porcelain") == "", "there and back"


@pytest.mark.parametrize("side", ["--ours", "--theirs"])
def test_two_branches_that_were_updated_are_brought_together_as_the_readme_says(
    project: Path, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    git(project, "switch", "--quiet", "--create", "other")
    scaffold(project, monkeypatch, "add", "queue", "invoices:max_task_seconds=120")
    commit(project, "a queue")
    git(project, "switch", "--quiet", "main")
    scaffold(project, monkeypatch, "update", "--set", "timezone=Asia/Tokyo")
    (project / "Makefile").write_text((project / "Makefile").read_text() + "\n# mine\n")
    commit(project, "a time zone, and an edit")

    git(project, "merge", "other", fails=True)
    assert git(project, "diff", "--name-only", "--diff-filter=U").split() == list(RECORD)
    for command in readme_commands(project, "--ours"):
        words = shlex.split(command.replace("--ours", side))
        if words[0] == "celery-scaffold":
            scaffold(project, monkeypatch, *words[1:])
        else:
            git(project, *words[1:])
    commit(project, "brought together")

    (project.parent / "both").mkdir()
    wanted = new(project.parent / "both", "--answers", str(project / "celery-scaffold.toml"))
    makefile = wanted / "Makefile"
    makefile.write_text(makefile.read_text() + "\n# mine\n")
    assert 'timezone = "Asia/Tokyo"' in (project / "celery-scaffold.toml").read_text()
    assert files_of(project) == files_of(wanted), "as if both had been asked for in one update"
    scaffold(project, monkeypatch, "check")


@pytest.mark.slow
def test_the_commands_of_the_readme_change_a_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("uv", "generated projects are installed with uv")
    commands = [shlex.split(command) for command in readme_commands(project, "celery-scaffold add queue")]
    assert {words[1] for words in commands} == {"update", "add", "diff", "check"}
    for words in commands:
        scaffold(project, monkeypatch, *words[1:])
    assert (project / "src" / "shop" / "tasks" / "invoices__send_invoice.py").exists()
    tests = ["uv", "run", "pytest", "tests/unit"]
    done = subprocess.run(tests, cwd=project, env=with_uv(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
