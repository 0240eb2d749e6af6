"""What writes nothing, and what is said while an update is pending: after a kill, and with open conflicts."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from old_projects import RELEASES, unpacked
from update.cases import BOTH, BOTTOM, MINE, THEIRS, TOP, L
from update.projects import Project, as_file, everything, outside

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Project]

KILLED = Path(__file__).parent.parent / "killed_run.py"
CHANGE = ("update", "--set", "max_attempts=7")
TOPOLOGY = "src/minimal_redis/topology.py"
INTERRUPTED = "an update of this project was interrupted"
GO_ON = "`celery-scaffold update --continue` finishes it, `--abort` undoes it"


@pytest.fixture
def old(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """A small project of the oldest release, in git, with an edit that the change meets."""
    release = next(release for release in RELEASES if release.name == "minimal-redis")
    project = Project(unpacked(release, tmp_path / "old"), lambda _: None, capsys)
    topology = (project.root / TOPOLOGY).read_text()
    assert "MAX_ATTEMPTS = 5\n" in topology
    project.edit({TOPOLOGY: topology.replace("MAX_ATTEMPTS = 5\n", "MAX_ATTEMPTS = 6\n")})
    project.commit()
    return project


@pytest.mark.parametrize(
    "command", [(*CHANGE, "--dry-run"), (*CHANGE, "--dry-run", "--json"), ("check",), ("check", "--json"), ("diff",)],
    ids=" ".join,
)  # fmt: skip
def test_a_look_at_a_project_writes_nothing(command: tuple[str, ...], old: Project) -> None:
    before = everything(old.root)
    assert old.run(*command, start="src/minimal_redis")[0] in {0, 2}
    assert everything(old.root) == before


@pytest.mark.parametrize(
    "command",
    [
        "add queue mails",
        "add task mail --queue default",
        "add component beat",
        "add cloud aws",
        "remove component compose",
    ],
)
def test_an_addition_waits_for_the_update_to_the_templates_of_this_version(command: str, old: Project) -> None:
    before = everything(old.root)
    assert old.run(*command.split()) == (
        1,
        (
            "error: the project was rendered by celery-scaffold 0.1.0, and the templates are others now\n"
            "hint: run `celery-scaffold update` first, so that each change can be looked at by itself\n"
        ),
    )
    assert everything(old.root) == before


def test_a_dry_run_says_what_the_update_then_does(old: Project) -> None:
    planned = old.update("--set", "max_attempts=7", "--dry-run")
    done = old.update("--set", "max_attempts=7")
    assert TOPOLOGY in planned.facts["conflicts"]
    assert "+++ updated/" + TOPOLOGY in planned.facts["differences"]
    assert {**planned.facts, "written": True, "differences": None} == done.facts
    assert (planned.code, done.code) == (2, 2)


def test_people_and_programs_are_told_the_same(old: Project) -> None:
    facts = old.update("--set", "max_attempts=7", "--dry-run").facts
    said = " ".join(old.run(*CHANGE, "--dry-run")[1].split())
    for row in facts["files"]:
        assert row["path"] in said
    assert f"conflict: {len(facts['conflicts'])} file" in said
    for step in facts["steps"]:
        assert step in said


def killed(project: Project, parent: Path, event: int) -> tuple[Project, int]:
    """A copy of the project, in which an update was killed at that event; and how many events there were."""
    copy = Project(parent / str(event), project.template, project.capsys)
    shutil.copytree(project.root, copy.root, symlinks=True)
    done = subprocess.run(
        [sys.executable, KILLED, copy.root, str(event), str(int(signal.SIGKILL)), *CHANGE],
        cwd=copy.root,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == (-signal.SIGKILL if event else 2), done.stderr
    return copy, event or int(done.stderr.rpartition(b":")[2])


def owned(project: Project) -> dict[str, tuple[int, bytes]]:
    """The owner's files and the record; no times, nothing that the journal or git keeps."""
    found = outside(everything(project.root), ".git")
    return {
        path: (mode, content) for path, (mode, _, content) in found.items() if not path.startswith(".celery-scaffold/.")
    }


def test_a_killed_update_is_pending_and_can_be_finished_or_undone(old: Project, tmp_path: Path) -> None:
    before, index = owned(old), old.index()
    done, events = killed(old, tmp_path, 0)
    after = {path: value for path, value in owned(done).items() if "/pending" not in path}
    states = set()
    for event in (events // 2, events - 60, events - 30, events - 12):
        project, _ = killed(old, tmp_path, event)
        code, said = project.run("check", "--json")
        facts = json.loads(said)
        pending = bool(facts["problems"])
        states.add(pending)
        if not pending:
            assert owned(project) == before
            continue
        assert (code, facts["problems"]) == (2, [f"{INTERRUPTED}; {GO_ON}"])
        for command in (("update",), ("update", "--dry-run"), ("diff",)):
            assert project.run(*command) == (1, f"error: {INTERRUPTED}\nhint: {GO_ON}\n")
        other = Project(tmp_path / f"{event}-undone", project.template, project.capsys)
        shutil.copytree(project.root, other.root, symlinks=True)
        assert other.run("update", "--abort")[0] == 0
        assert (owned(other), other.index()) == (before, index)
        assert project.run("update", "--continue")[0] == 2
        assert {path: value for path, value in owned(project).items() if "/pending" not in path} == after
        assert project.unmerged() == {TOPOLOGY}
    assert states == {True, False}


def test_open_conflicts_are_said_by_every_command(make: Make) -> None:
    project = make({"a.txt": L, "b.txt": L})
    project.edit({"a.txt": MINE, "b.txt": BOTTOM})
    project.renders({"a.txt": THEIRS, "b.txt": TOP})
    project.update()
    error = "the last update has open conflicts: a.txt"
    hint = f"resolve them; then {GO_ON}"
    for command in (("update",), ("update", "--dry-run"), ("diff",), ("add", "queue", "mails")):
        assert project.run(*command) == (1, f"error: {error}\nhint: {hint}\n")
    code, said = project.run("check", "--json")
    assert (code, json.loads(said)["problems"]) == (2, [f"{error}; {hint}"])
    assert project.run("update", "--continue")[0] == 2
    project.edit({"a.txt": "settled\n"})
    assert project.run("update", "--dry-run")[0] == 0
    assert project.update().told == []
    assert project.files() == {"a.txt": as_file("settled\n"), "b.txt": as_file(BOTH)}
    assert project.run("update", "--abort") == (
        1, "error: no update is pending here\nhint: `celery-scaffold update` begins one\n",
    )  # fmt: skip


def test_a_file_that_never_could_be_read_is_resolved_without_its_markers(make: Make) -> None:
    newer = "template <class T> void f();\n"
    project = make({"a.py": "one = 1\n"})
    project.edit({"a.py": newer})
    project.renders({"a.py": "two = 2\n"})
    assert project.update().kinds == {"a.py": "conflict"}
    project.edit({"a.py": newer})
    assert project.run("update", "--continue")[0] == 0


def test_what_could_be_read_before_has_to_be_again(make: Make) -> None:
    project = make({"a.py": "one = 1\n"})
    project.edit({"a.py": "mine = 1\n"})
    project.renders({"a.py": "two = 2\n"})
    project.update()
    project.edit({"a.py": "mine = = 2\n"})
    assert project.run("update", "--continue")[0] == 2
    project.edit({"a.py": "mine = 2\n"})
    assert project.run("update", "--continue")[0] == 0


def test_an_abort_keeps_what_was_edited_since(make: Make) -> None:
    project = make({"a.txt": L, "b.txt": L})
    project.edit({"a.txt": MINE})
    project.renders({"a.txt": THEIRS, "b.txt": TOP})
    project.update()
    project.edit({"b.txt": "edited since\n", "own.txt": "own\n"})
    assert project.run("update", "--abort")[0] == 0
    assert project.files() == {"a.txt": as_file(MINE), "b.txt": as_file(L), "own.txt": as_file("own\n")}
    assert (project.root / ".celery-scaffold/aborted-1/files/b.txt").read_text() == "edited since\n"


@pytest.mark.parametrize("start", [".", "src", "src/deep/er"])
def test_it_works_from_any_directory_of_the_project(start: str, make: Make) -> None:
    project = make({"src/deep/er/a.txt": L})
    project.renders({"src/deep/er/a.txt": TOP})
    assert project.run("check", start=start)[0] in {0, 2}
    assert project.run("update", start=start)[0] == 0
    assert project.files() == {"src/deep/er/a.txt": as_file(TOP)}
