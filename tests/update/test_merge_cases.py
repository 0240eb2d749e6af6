"""Every row of the table of updates, in git, in a larger repository and without git."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from update.cases import PRESENCE, TEXTS, WITHOUT_TEXT
from update.moved_cases import DIRECTORIES, RENAMES
from update.projects import everything, outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from update.cases import Case
    from update.projects import Project

    Make = Callable[..., Project]

CASES = {**TEXTS, **WITHOUT_TEXT, **PRESENCE, **RENAMES, **DIRECTORIES}
PLACES = ("git", "subdirectory", "nowhere")
every_case = pytest.mark.parametrize("name", CASES)


def prepared(case: Case, make: Make, place: str) -> Project:
    """The project of a case, all of it committed where there is git."""
    project = make(case.base, place)
    case.make_owner(project)
    if place != "nowhere":
        project.commit()
    project.renders(case.new)
    return project


def git_state(project: Project, place: str, *without: str) -> tuple[str, set[str]] | None:
    """The history, and the index but for some paths."""
    return None if place == "nowhere" else (project.history(), project.index(*without))


def owner_files(found: dict[str, tuple[int, int, bytes]]) -> dict[str, tuple[int, int, bytes]]:
    """Without git's own; nor the time of the folder that the journal was in."""
    return {path: value for path, value in outside(found, ".git").items() if path != ".celery-scaffold"}


# In a larger repository, the rows are tried at which paths count: those of the index, and of files that move.
ROWS = [
    (name, place)
    for name, case in CASES.items()
    for place in PLACES
    if place != "subdirectory" or case.conflicts or case.moves or name in DIRECTORIES
]


@pytest.mark.parametrize(("name", "place"), ROWS)
def test_a_row_of_the_table_holds(name: str, place: str, make: Make) -> None:
    case = CASES[name]
    project = prepared(case, make, place)
    before = everything(project.top)
    known = git_state(project, place, *case.conflicts)
    planned = project.update("--dry-run")
    assert everything(project.top) == before
    report = project.update()
    assert project.files() == case.expected()
    assert report.told == case.told
    assert report.code == (2 if case.conflicts else 0)
    assert report.facts["conflicts"] == sorted(case.conflicts)
    assert {**planned.facts, "written": True, "differences": None} == report.facts
    assert git_state(project, place, *case.conflicts) == known
    assert place == "nowhere" or project.unmerged() == set(case.conflicts)


@every_case
def test_a_second_update_changes_nothing(name: str, make: Make) -> None:
    case = CASES[name]
    project = prepared(case, make, "git")
    project.update()
    if case.conflicts:
        assert "open conflicts" in project.run("update")[1]
        project.resolve(case.resolved)
        assert project.run("update", "--continue")[0] == 0
    before = everything(project.root)
    again = project.update()
    assert (again.code, again.facts["changed"], again.facts["conflicts"]) == (0, [], [])
    assert set(again.kinds.values()) <= {"skipped"}
    assert everything(project.root) == before


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.conflicts])
def test_an_abort_gives_everything_back(name: str, place: str, make: Make) -> None:
    case = CASES[name]
    project = prepared(case, make, place)
    before = everything(project.root)
    known = git_state(project, place)
    project.update()
    assert project.run("update", "--abort")[0] == 0
    assert owner_files(everything(project.root)) == owner_files(before)
    assert git_state(project, place) == known
