"""What is the owner's stays, wherever the template wants to write: now, and at every later update."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from celery_scaffold import regenerate
from celery_scaffold.files import File

from update.cases import BOTTOM, MINE, TOP, L
from update.projects import Project, as_file, everything, lines, link

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Project]

MY_SECRET = "PASSWORD=mine\n"
CANNOT = "new in the template, but "
IN_THE_WAY = (f"{CANNOT}a file of yours is there",)


def later(project: Project, files: dict[str, str], *more: dict[str, str]) -> None:
    """Updates to one version after another."""
    for version in (files, *more):
        project.renders(version)
        project.update()


@pytest.mark.parametrize("place", ["git", "nowhere"])
@pytest.mark.parametrize("ignored", [True, False])
def test_an_untracked_file_in_the_way_is_never_overwritten(place: str, ignored: bool, make: Make) -> None:
    project = make({".gitignore": ".env\n" if ignored else ""}, place)
    project.edit({".env": MY_SECRET})
    before = everything(project.root)[".env"]
    for version in ("PASSWORD=1\n", "PASSWORD=2\n", "PASSWORD=2\nUSER=3\n"):
        project.renders({".gitignore": ".env\n" if ignored else "", ".env": version})
        report = project.update()
        assert (report.code, report.told) == (0, [(".env", "skipped", *IN_THE_WAY)])
        assert everything(project.root)[".env"] == before


def test_of_what_is_skipped_again_nothing_is_left_to_do(make: Make) -> None:
    project = make({})
    project.edit({"a.txt": "mine\n"})
    project.renders({"a.txt": L, "b.txt": L})
    steps = [project.update().facts["steps"] for _ in range(2)]
    assert [len(each) for each in steps] == [1, 0]


def test_what_was_in_the_way_and_is_gone_makes_room(make: Make) -> None:
    project = make({})
    project.edit({"a.txt": "mine\n"})
    later(project, {"a.txt": L}, {"a.txt": TOP})
    project.move("a.txt", "away.txt")
    assert project.update().told == [("a.txt", "added", "new in the template")]
    assert project.files() == {"a.txt": as_file(TOP), "away.txt": as_file("mine\n")}


def test_a_file_of_a_component_that_comes_back_is_the_owners_by_then(make: Make) -> None:
    project = make({"ci.yaml": "a: 1\n"}, "nowhere")
    project.edit({"ci.yaml": "a: mine\n"})
    later(project, {}, {"ci.yaml": "a: 2\n"})
    assert project.files() == {"ci.yaml": as_file("a: mine\n")}


OBSTACLES: dict[str, dict[str, str | File]] = {
    "a file": {"d/a.txt": "mine\n"},
    "a link to nowhere": {"d/a.txt": link("nowhere")},
    "a link": {"d/a.txt": link("../other.txt"), "other.txt": "mine\n"},
    "a directory": {"d/a.txt/own.txt": "mine\n"},
    "a file above": {"d": "mine\n"},
    "a link to nowhere above": {"d": link("nowhere")},
    "a link above": {"d": link("other"), "other/own.txt": "mine\n"},
    "a link out of the project above": {"d": link("/tmp")},
}


@pytest.mark.parametrize("name", OBSTACLES)
@pytest.mark.parametrize("moved", [True, False], ids=["moved there", "new there"])
def test_nothing_is_written_through_or_over_what_is_there(name: str, moved: bool, make: Make) -> None:
    project = make({"a.txt": L} if moved else {}, "nowhere")
    project.edit(OBSTACLES[name])
    before = project.files()
    for version in (L, TOP, BOTTOM):
        project.renders({"d/a.txt": version})
        assert project.update().code == 0
        assert (
            project.files() == before if not moved else {path: file for path, file in before.items() if path != "a.txt"}
        )


def test_what_is_behind_a_link_of_the_owners_is_not_called_deleted(make: Make, tmp_path: Path) -> None:
    project = make({"d/a.txt": L, "e.txt": L}, "nowhere")
    (project.root / "d").rename(tmp_path / "elsewhere")
    (project.root / "d").symlink_to(tmp_path / "elsewhere")
    project.renders({"d/a.txt": TOP, "e.txt": L})
    stays = "the template changed it, but it is behind a link of yours: that stays"
    assert project.update().told == [("d/a.txt", "skipped", stays)]
    assert (tmp_path / "elsewhere/a.txt").read_text() == L
    assert json.loads(project.run("check", "--json")[1])["gone"] == []


def test_other_line_ends_are_no_edit(make: Make) -> None:
    project = make({"a.txt": L, "b.txt": L})
    project.edit({"a.txt": L.replace("\n", "\r\n"), "b.txt": MINE})
    assert json.loads(project.run("check", "--json")[1])["edited"] == ["b.txt"]


def test_a_record_that_only_catches_up_is_told(make: Make) -> None:
    project = make({"a.txt": L})
    project.edit({"a.txt": TOP, "b.txt": L})
    project.renders({"a.txt": TOP, "b.txt": L})
    said = project.run("update")[1].splitlines()
    assert said[0] == "nothing to merge: your files have it all already, only .celery-scaffold/ is new"
    assert project.run("update") == (0, "nothing to change: the project is up to date\n")


def test_a_comment_in_the_answers_is_nothing_to_tell(make: Make) -> None:
    project = make({"a.txt": L})
    project.renders({"a.txt": L})
    answers = project.root / "celery-scaffold.toml"
    answers.write_text(f"# mine\n{answers.read_text()}")
    assert project.update().told == []
    assert answers.read_text().startswith("# mine\n")


def test_a_tracked_file_in_the_way_is_merged(make: Make) -> None:
    project = make({})
    project.edit({"a.txt": "mine\n"})
    project.commit()
    project.renders({"a.txt": "theirs\n"})
    assert project.update().told == [("a.txt", "conflict", "both sides changed the same lines")]
    assert project.git("ls-files", "--unmerged").count("\n") == 2
    assert "AA a.txt" in project.git("status", "--porcelain")
    assert (project.root / "a.txt").read_text() == (
        "<<<<<<< your project\nmine\n||||||| previous template\n=======\ntheirs\n>>>>>>> new template\n"
    )


@pytest.mark.parametrize("mine", [b"mine\0\n", link("b.txt")], ids=["binary", "link"])
def test_a_tracked_file_in_the_way_that_is_no_text_stays(mine: bytes | File, make: Make) -> None:
    project = make({"b.txt": "b\n"})
    project.edit({"a.txt": mine})
    project.commit()
    project.renders({"a.txt": "theirs\n", "b.txt": "b\n"})
    assert project.update().told == [("a.txt", "skipped", *IN_THE_WAY)]
    assert project.files()["a.txt"] == as_file(mine)


def test_a_deleted_file_stays_so_at_every_update(make: Make) -> None:
    project = make({"a.txt": L, "b.txt": L})
    project.remove("a.txt")
    later(project, {"a.txt": TOP, "b.txt": L}, {"a.txt": BOTTOM, "b.txt": L}, {"b.txt": L})
    assert project.files() == {"b.txt": as_file(L)}


@pytest.mark.parametrize("mine", [{}, {"b.txt": "mine\n"}], ids=["nothing", "a file of the owner's"])
def test_a_deleted_file_stays_so_where_a_migration_moves_it(
    mine: dict[str, str], make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regenerate, "moved_files", lambda _migrations, _package: {"a.txt": "b.txt"})
    project = make({"a.txt": L})
    project.remove("a.txt")
    project.edit(mine)
    later(project, {"b.txt": TOP}, {"b.txt": BOTTOM}, {"b.txt": L})
    assert project.files() == {path: as_file(content) for path, content in mine.items()}


def test_a_moved_file_is_followed_at_every_update(make: Make) -> None:
    project = make({"a.txt": L})
    project.move("a.txt", "d/mine.txt")
    later(project, {"a.txt": TOP}, {"a.txt": L}, {"a.txt": BOTTOM})
    assert project.files() == {"d/mine.txt": as_file(BOTTOM)}


@pytest.mark.parametrize("place", ["git", "nowhere"])
@pytest.mark.parametrize("name", [".env.local", "env.txt"])
def test_a_copy_with_secrets_is_never_taken_for_a_file_that_moved(name: str, place: str, make: Make) -> None:
    example = "A=1\nB=2\nC=3\nPASSWORD=\n"
    project = make({".env.example": example}, place)
    project.move(".env.example", name)
    project.edit({"production.env": example + "D=secret\n"})
    if place == "git":
        project.commit()
    before = project.files()
    project.renders({".env.example": example + "E=5\n"})
    assert project.update().kinds == {".env.example": "skipped"}
    assert project.files() == before


STRANGE = [
    "a\nb.txt",
    'a"b\\.txt',
    "a\tb.txt",
    "-a.txt",
    "ä € \U0001f600.txt",
    os.fsdecode(b"caf\xe9.txt"),
    "\x1b[31mred",
]


@pytest.mark.parametrize("place", ["git", "subdirectory", "nowhere"])
@pytest.mark.parametrize("name", STRANGE, ids=ascii)
def test_a_file_may_be_moved_to_any_name(name: str, place: str, make: Make) -> None:
    project = make({"a.txt": L}, place)
    project.move("a.txt", f"d {name}/{name}")
    path = f"d {name}/{name}"
    project.edit({path: lines(1, 9, l5="mine")})
    if place != "nowhere":
        project.commit()
    before = everything(project.root / f"d {name}")
    project.renders({"a.txt": lines(1, 9, l5="theirs")})
    code, said = project.run("update", "--dry-run")
    assert (code, "\x1b" in said, "conflict: 1 file" in said) == (2, False, True)
    assert project.update().kinds == {path: "conflict"}
    assert place == "nowhere" or project.unmerged() == {path}
    assert "open conflicts" in project.run("update")[1]
    assert project.run("update", "--abort")[0] == 0
    assert everything(project.root / f"d {name}") == before


def test_a_file_of_five_megabytes_is_merged(make: Make) -> None:
    long = "".join(f"line {number} of many, to make it long enough\n" for number in range(120_000))
    mine, theirs = long.replace("line 7 of", "mine"), long.replace("line 119000 of", "theirs")
    assert len(long) > 5_000_000
    project = make({"a.txt": long})
    project.edit({"a.txt": mine})
    project.renders({"a.txt": theirs})
    assert project.update().told == [("a.txt", "merged", "both sides changed it")]
    assert project.files() == {"a.txt": as_file(mine.replace("line 119000 of", "theirs"))}


def test_two_thousand_own_files_stay_as_they_are(make: Make) -> None:
    project = make({"a.txt": L, "d/b.txt": L}, "nowhere")
    project.edit({f"d/{number % 20}/{number}.txt": f"{number}\n" for number in range(2000)})
    project.move("d/b.txt", "d/3/moved.txt")
    before = everything(project.root / "d")
    project.renders({"a.txt": TOP, "d/b.txt": L})
    assert project.update().kinds == {"a.txt": "updated"}
    assert everything(project.root / "d") == before
