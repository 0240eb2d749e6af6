"""What people are told: each thing once, what they have to look at by name, and what is left to them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from celery_scaffold import __version__
from celery_scaffold.__main__ import main

from generated.owner import new
from update.projects import lines

if TYPE_CHECKING:
    from pathlib import Path

    from update.conftest import Make
    from update.projects import Project

L, OTHER = lines(1, 9), lines(11, 19)
MINE, THEIRS, BOTH = lines(1, 9, l1="mine"), lines(1, 9, l9="theirs"), lines(1, 9, l1="mine", l9="theirs")
BASE = {"both.txt": L, "deleted.txt": L, "dropped.txt": "of the template\n", "moved.txt": OTHER, "plain.txt": L}
COMMIT = """left to you:
  1. look at `git diff`, run `make lint test`, and commit it all in one,
     .celery-scaffold/ as well
"""
UPDATED = f"""merged: 1 file with your edits in them
  both.txt
added: 1 file
  new.txt
updated: 2 files that you had not edited
  here.txt   you moved it from moved.txt
  plain.txt
deleted: 1 file that you had not edited
  dropped.txt
skipped: 1 file
  deleted.txt  you deleted it, the template changed: it stays deleted
{COMMIT}"""


def edited(project: Project) -> Project:
    """One edit of each kind, and a template that changed everything."""
    project.edit({"both.txt": MINE, "here.txt": OTHER})
    project.remove("moved.txt", "deleted.txt")
    changed = dict.fromkeys(("both.txt", "deleted.txt", "plain.txt"), THEIRS)
    project.renders({**changed, "moved.txt": f"{OTHER}more\n", "new.txt": "new\n"})
    return project


def test_the_usual_reason_is_that_of_the_group_and_others_stand_beside_the_file(make: Make) -> None:
    assert edited(make(BASE)).run("update") == (0, UPDATED)


def test_what_the_owner_has_already_is_nothing_to_tell(make: Make) -> None:
    project = make({"a.txt": L})
    project.edit({"a.txt": BOTH})
    project.renders({"a.txt": THEIRS})
    told = "nothing to merge: your files have it all already, only .celery-scaffold/ is new\n"
    assert project.run("update") == (0, f"{told}{COMMIT}")
    assert project.run("update") == (0, "nothing to change: the project is up to date\n")


@pytest.mark.parametrize(
    ("number", "names"),
    [(1, "a.txt"), (3, "a.txt, b.txt, c.txt"), (5, "a.txt, b.txt, c.txt and 2 more")],
)
def test_conflicts_are_named_in_the_first_step(number: int, names: str, make: Make) -> None:
    paths = [f"{letter}.txt" for letter in "abcde"[:number]]
    project = make(dict.fromkeys(paths, L))
    project.edit(dict.fromkeys(paths, MINE))
    project.renders(dict.fromkeys(paths, lines(1, 9, l1="theirs")))
    code, said = project.run("update")
    assert code == 2
    assert f"1. resolve {names}, then `celery-scaffold update --continue`; or `--abort`" in " ".join(said.split())


def test_what_is_left_to_the_owner_is_told_again_when_the_conflicts_are_resolved(make: Make) -> None:
    example = {".env.example": "A=\n"}
    project = make({"a.txt": L, **example})
    project.edit({"a.txt": MINE})
    project.renders({"a.txt": lines(1, 9, l1="theirs"), ".env.example": "A=\nNEW=\n"})
    steps = project.update().facts["steps"]
    assert any("NEW" in step for step in steps)
    assert json.loads(project.run("update", "--continue", "--json")[1])["steps"] == [], "one is open"
    project.edit({"a.txt": L})
    code, said = project.run("update", "--continue")
    told = " ".join(said.split())
    assert (code, said.splitlines()[:2]) == (0, ["finished: the update is complete", "left to you:"])
    assert [step for step in steps if " ".join(step.split()) not in told] == []


def test_an_update_that_is_undone_leaves_nothing_to_do(make: Make) -> None:
    project = make({"a.txt": L})
    project.edit({"a.txt": MINE})
    project.renders({"a.txt": lines(1, 9, l1="theirs")})
    assert project.run("update")[0] == 2
    assert project.run("update", "--abort") == (0, "undone: every file is as it was before the update\n")


def test_what_the_owner_edited_moved_and_deleted_is_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """CI would be red for ever."""
    project = new(tmp_path)
    monkeypatch.chdir(project)
    (project / "README.md").write_text("mine\n")
    (project / "Makefile").rename(project / "makefile")
    (project / "compose.dev.yaml").unlink()
    capsys.readouterr()
    assert main(["check"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "edited: 1 file; updates keep your edits",
        "moved: Makefile is makefile; updates follow it",
        "deleted: compose.dev.yaml; it stays deleted",
        f"up to date with celery-scaffold {__version__}",
    ]


def test_a_task_is_not_written_where_no_package_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = new(tmp_path)
    (project / "lib").mkdir()
    (project / "src/shop").rename(project / "lib/shop")
    monkeypatch.chdir(project)
    capsys.readouterr()
    assert main(["add", "task", "build", "--queue", "default"]) == 1
    assert capsys.readouterr().err.startswith("error: there is no folder src/shop/tasks\nhint: ")
    assert list((project / "src").iterdir()) == []
    assert list((project / "tests/unit").glob("*build*")) == []


def log_of(project: Project, *arguments: str) -> list[str]:
    """What a command says where both streams go to one file."""
    done = subprocess.run(
        [sys.executable, "-m", "celery_scaffold", *arguments],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout.splitlines()


def test_a_diff_stands_where_it_belongs_among_what_is_said(make: Make) -> None:
    """The made-up template is none of this version's: an update would change every file."""
    project = make({"a.txt": L})
    project.edit({"a.txt": MINE})
    dry_run = log_of(project, "update", "--dry-run")
    assert (dry_run[0][:10], dry_run[-1]) == ("diff --git", "nothing was written: --dry-run")
    summary = next(at for at, line in enumerate(dry_run) if line.startswith("added: "))
    assert [line for line in dry_run[summary:] if line.startswith("diff --git")] == []
    both = log_of(project, "diff")
    assert both[:2] == ["your changes:", "diff --git template/a.txt yours/a.txt"]
    template = both.index("what an update changes:")
    assert [line[:10] for line in both[template - 1 : template + 2]] == [" line 4", "what an up", "diff --git"]


def test_python_that_would_not_compile_is_a_conflict_although_git_sees_none(make: Make) -> None:
    comments = "".join(f"# {number}\n" for number in range(9))
    project = make({"a.py": comments})
    project.edit({"a.py": "import os\n" + comments})
    project.renders({"a.py": comments + "from __future__ import annotations\n"})
    report = project.update()
    assert (report.code, report.told) == (2, [("a.py", "conflict", "merged, but what came out is not valid")])
    assert (project.root / "a.py").read_text() == "import os\n" + comments + "from __future__ import annotations\n"
    assert project.run("update", "--continue")[0] == 2
    project.edit({"a.py": comments + "from __future__ import annotations\nimport os\n"})
    assert project.run("update", "--continue")[0] == 0


def test_of_many_files_people_are_told_some_and_programs_all(make: Make) -> None:
    many = {f"d/{number:02}.txt": L for number in range(50)}
    project = make(many)
    project.remove(*many)
    said = project.run("check")[1].splitlines()
    assert [line for line in said if line.startswith("deleted: ")] == [
        f"deleted: {path}; it stays deleted" for path in [*many][:40]
    ]
    assert "  … and 10 more; --json names all" in said
    assert len(json.loads(project.run("check", "--json")[1])["gone"]) == 50
