"""Git as a program: how often it is started, and what is said where it is missing or old."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from update.cases import L
from update.projects import Project, everything, script
from update.test_git_situations import BASE, in_conflict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Make = Callable[..., Project]


@pytest.fixture
def old_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that answers as 2.30 does."""
    real = subprocess.run(["which", "git"], capture_output=True, check=True).stdout.decode().strip()
    script(
        tmp_path / "old/git",
        'case "$*" in\nversion) echo git version 2.30.2; exit 0;;\n'
        '*merge-tree*) echo "usage: git merge-tree <base-tree> <branch1> <branch2>" >&2; exit 129;;\nesac\n'
        f'exec {real} "$@"\n',
    )
    monkeypatch.setenv("PATH", str(tmp_path / "old"), prepend=os.pathsep)


@pytest.fixture
def no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ("no_git", "error: git is missing, and merging needs it\nhint: install git 2.38 or newer, on the PATH\n"),
        ("old_git", "error: git is too old: 2.30.2\nhint: install git 2.38 or newer, on the PATH\n"),
    ],
)
def test_a_git_that_is_missing_or_too_old_is_said(
    without: str, said: str, make: Make, request: pytest.FixtureRequest
) -> None:
    project = in_conflict(make(BASE))
    before = everything(project.root)
    request.getfixturevalue(without)
    code, message = project.run("update")
    assert (code, message.splitlines()[-2:]) == (1, said.splitlines())
    assert everything(project.root) == before


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The programs that were started, as the interpreter's audit sees them."""
    programs: list[str] = []
    listening = [True]

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event == "subprocess.Popen" and listening:
            programs.append(str(arguments[1]))

    sys.addaudithook(hear)
    yield programs
    listening.clear()


@pytest.mark.parametrize(("conflicts", "own"), [(2, 10), (40, 2000)])
def test_an_update_with_conflicts_is_six_processes_with_itself(
    conflicts: int, own: int, make: Make, started: list[str]
) -> None:
    many = {f"d/{number}.txt": f"{L}{number}\n" for number in range(conflicts + 1)}
    project = make(many)
    project.edit({path: text.replace("line 5", "mine") for path, text in many.items()})
    project.remove("d/0.txt")
    project.commit()
    project.edit({f"own/{number % 10}/{number}.txt": f"{number}\n" for number in range(own)})
    project.renders({path: text.replace("line 5", "theirs") for path, text in many.items()})
    started.clear()
    assert len(project.update().facts["conflicts"]) == conflicts
    assert len(started) == 5, started
