"""The table of update cases tells tools apart, and the page with its results is complete."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cases.case import Case, Outcome, commit, git, text, write
from cases.table import CASES
from cases.verdict import Facts, Finding, Verdict, judge, snapshot, unmerged
from conftest import REPOSITORY

Tool = Callable[[Case, Path], Outcome]
NAMED = {case.name: case for case in CASES}
OWN, NEW = b"line_3 = 'mine'\n", b"line_15 = 'theirs'\n"
MERGED = text("3=line_3 = 'mine'", "15=line_15 = 'theirs'")
DONE = Outcome(0, "done")


def overwrites(case: Case, project: Path) -> Outcome:
    """A tool that knows only its template."""
    for entry in project.iterdir():
        if entry.is_dir() and entry.name != ".git":
            shutil.rmtree(entry)
        elif entry.name != ".git":
            entry.unlink()
    for path, content in case.after.items():
        write(project, path, content)
    return DONE


def does_nothing(_case: Case, _project: Path) -> Outcome:
    return DONE


def refuses(_case: Case, _project: Path) -> Outcome:
    return Outcome(1, "one\nnot today\n\n")


def gives(path: str, content: bytes, outcome: Outcome = DONE) -> Tool:
    """A tool that leaves one file with that content."""

    def update(_case: Case, project: Path) -> Outcome:
        write(project, path, content)
        return outcome

    return update


def judged(case: Case, tool: Tool, folder: Path, findings: frozenset[int] = frozenset()) -> Finding:
    """What the table says of a tool."""
    project = folder / "project"
    for path, content in case.before.items():
        write(project, path, content)
    git(project, "init", "--quiet", "--initial-branch", "main")
    commit(project, "made")
    case.edit(project)
    write(project, "answers", case.mistake)
    commit(project, "edited")
    case.uncommitted(project)
    before = snapshot(project)
    outcome = case.run(project, lambda place: tool(case, place))
    return judge(case, project, Facts(before, snapshot(project), outcome, unmerged(project), findings))


BOTH = NAMED["both sides, different places"]
SAME_LINES = NAMED["both sides, same lines"]
MARKED = b"<<<<<<< yours\n" + OWN + b"=======\nline_3 = 'theirs'\n>>>>>>> new\n"


@pytest.mark.parametrize(
    ("case", "tool", "expected"),
    [
        (BOTH, gives("app.py", MERGED), Finding(Verdict.KEPT)),
        (BOTH, refuses, Finding(Verdict.REFUSED, "not today")),
        (BOTH, overwrites, Finding(Verdict.LOST, "the owner's `line_3 = 'mine'` is nowhere")),
        (BOTH, does_nothing, Finding(Verdict.DROPPED, "the template's `line_15 = 'theirs'` is not there")),
        (
            BOTH,
            gives("app.py", MERGED, Outcome(1, "oh")),
            Finding(Verdict.HALF, "exit 1: oh"),
        ),
        (
            SAME_LINES,
            gives("app.py", MARKED, Outcome(2, "conflict in app.py")),
            Finding(Verdict.CONFLICT, "markers in `app.py`"),
        ),
        (
            SAME_LINES,
            gives("app.py", MARKED),
            Finding(Verdict.SILENT, "markers in `app.py`; not named in the output"),
        ),
        (
            SAME_LINES,
            gives("app.py.rej", b"line_3 = 'theirs'\n", Outcome(0, "app.py")),
            Finding(Verdict.SILENT, "`app.py.rej` made; not named in the output"),
        ),
    ],
    ids=["kept", "refused", "lost", "dropped", "half", "conflict", "conflict and exit 0", "kept aside"],
)
def test_each_verdict_is_given_for_what_it_means(case: Case, tool: Tool, expected: Finding, tmp_path: Path) -> None:
    assert judged(case, tool, tmp_path) == expected


# Nothing of the owner's can be overwritten where the owner did nothing, or did just what the template does.
NOTHING_TO_LOSE = {
    "edited by the template only",
    "both sides, the same change",
    "both add one file, with the same text",
    "template deleted, owner did nothing",
}
# Nor can a change of the template's fail to arrive where the owner made it first.
NOTHING_TO_DROP = {"both sides, the same change", "both add one file, with the same text"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_tool_that_knows_only_its_template_loses_what_the_owner_did(case: Case, tmp_path: Path) -> None:
    verdict = judged(case, overwrites, tmp_path).verdict
    assert (verdict is Verdict.LOST) is (case.name not in NOTHING_TO_LOSE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_tool_that_does_nothing_and_says_so_of_nothing_drops_the_change(case: Case, tmp_path: Path) -> None:
    verdict = judged(case, does_nothing, tmp_path).verdict
    assert (verdict is Verdict.DROPPED) is (case.name not in NOTHING_TO_DROP)


def test_names_of_cases_are_unique() -> None:
    assert len(NAMED) == len(CASES)


def test_the_page_has_every_case_of_the_table_in_order() -> None:
    text = (REPOSITORY / "docs" / "rivals.md").read_text(encoding="utf-8")
    rows = text.partition("## Case by case")[2].partition("## Killed")[0].splitlines()
    names = [row.split(" | ")[0].removeprefix("| ") for row in rows if row.startswith("| ")]
    assert names[1:] == [case.name for case in CASES]
