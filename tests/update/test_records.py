"""What an update refuses, in one line and with a hint, and nothing is changed."""

from __future__ import annotations

import shutil
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from celery_scaffold import __version__
from celery_scaffold.record import base_of, record_of

from update.cases import BOTTOM, MINE, THEIRS, TOP, L
from update.projects import as_file, everything, tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from update.projects import Project

    Make = Callable[..., Project]

RECORD, BASE = ".celery-scaffold/record.toml", ".celery-scaffold/base.zip"
RESTORE = "take both files of .celery-scaffold/ from one commit, for example: git checkout HEAD -- .celery-scaffold"
WITHOUT = f"{RESTORE}; --without-base merges without it, with more conflicts"


def replaced(path: str, old: str, new: str) -> Callable[[Path], object]:
    """Another text in a file."""
    return lambda root: (root / path).write_text((root / path).read_text().replace(old, new))


def written(path: str, content: bytes) -> Callable[[Path], object]:
    return lambda root: (root / path).write_bytes(content)


def cut(root: Path) -> None:
    (root / BASE).write_bytes((root / BASE).read_bytes()[:-30])


def without_record(root: Path) -> None:
    shutil.rmtree(root / ".celery-scaffold")


def base_is(root: Path, content: bytes) -> None:
    """A base that somebody made up, as the record names it."""
    (root / BASE).write_bytes(content)
    (root / RECORD).write_text(record_of(content, b"a template"))


def zipped(name: bytes, method: int = zipfile.ZIP_STORED, *, at: int = 0, by: bytes = b"") -> bytes:
    """A zip file of one entry; with other bytes in its entry of the directory."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr(zipfile.ZipInfo(name.decode()), b"x" * 100, method)
    content = bytearray(buffer.getvalue())
    place = content.rindex(b"PK\1\2") + at
    content[place : place + len(by)] = by
    return bytes(content)


OTHERS = f"{BASE} is not one that celery-scaffold writes"
OTHER_BASE = base_of(tree({"a.txt": "of the other branch\n"}))
MISTAKES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "no record": (lambda root: (root / RECORD).unlink(), f"{RECORD} is missing", RESTORE),
    "a record with conflict markers": (
        replaced(RECORD, "base =", "<<<<<<< HEAD\nbase ="), f"{RECORD} is damaged: ", RESTORE
    ),
    "no base": (lambda root: (root / BASE).unlink(), f"{BASE} is missing", WITHOUT),
    "a base that was cut off": (cut, f"{BASE} is not the one that {RECORD} names", WITHOUT),
    "the base of another branch": (
        written(BASE, OTHER_BASE), f"{BASE} is not the one that {RECORD} names", WITHOUT
    ),
    "a newer version": (
        replaced(RECORD, f'"{__version__}"', '"9.8.7"'),
        f"the project was written by celery-scaffold 9.8.7, and this is {__version__}", "install that version",
    ),
    "a newer format": (
        replaced(RECORD, "format = 1", "format = 2"), "the project was written by celery-scaffold", "install that"
    ),
    "no folder of the record": (without_record, "has celery-scaffold.toml, and no .celery-scaffold/", "restore "),
    "answers that are no TOML": (
        written("celery-scaffold.toml", b'name = "shop\n'), "celery-scaffold.toml is not valid TOML: ", "mend that line"
    ),
    "answers with conflict markers": (
        written("celery-scaffold.toml", b'<<<<<<< HEAD\nname = "shop"\n'),
        "celery-scaffold.toml is not valid TOML: ", "mend that line",
    ),
    "answers in Latin-1": (
        written("celery-scaffold.toml", b'name = "caf\xe9"\n'), "celery-scaffold.toml is not valid TOML: ", "mend"
    ),
    "a key that is misspelt": (
        written("celery-scaffold.toml", b'name = "shop"\nbrokr = "redis"\n'),
        "celery-scaffold.toml: there is no setting 'brokr'", "did you mean 'broker'?",
    ),
    "a value that is none": (
        written("celery-scaffold.toml", b'name = "shop"\nbroker = "reddis"\n'),
        "celery-scaffold.toml: there is no broker 'reddis'", "did you mean 'redis'?",
    ),
    "a queue with a key that is misspelt": (
        written("celery-scaffold.toml", b'name = "shop"\n[queues.mails]\nconcurency = 3\n'),
        "celery-scaffold.toml: ", "concurrency",
    ),
    "no answers": (
        lambda root: (root / "celery-scaffold.toml").unlink(), "celery-scaffold.toml is missing", "restore it, for "
    ),
    "a base that is no zip file": (lambda root: base_is(root, b"PK"), OTHERS, WITHOUT),
    "a base with a wrong checksum": (lambda root: base_is(root, zipped(b"a.txt", at=16, by=b"\1")), OTHERS, WITHOUT),
    "an encrypted base": (lambda root: base_is(root, zipped(b"a.txt", at=8, by=b"\1")), OTHERS, WITHOUT),
    "a base of another method": (lambda root: base_is(root, zipped(b"a.txt", at=10, by=b"\x4d")), OTHERS, WITHOUT),
    "a base that is compressed": (
        lambda root: base_is(root, zipped(b"a.txt", zipfile.ZIP_DEFLATED)), OTHERS, WITHOUT
    ),
    **{
        f"a base with the path {name!r}": (
            lambda root, name=name: base_is(root, zipped(name)), f"{BASE} holds the path", RESTORE  # type: ignore[misc]
        )
        for name in (b"../a", b"/a", b"a/./b", b"a/", b".GIT/hooks/x", b".celery-scaffold/pending/x")
    },
}  # fmt: skip


@pytest.mark.parametrize("command", [("update",), ("update", "--dry-run"), ("diff",)], ids=" ".join)
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_a_hint_and_nothing_is_changed(
    name: str, command: tuple[str, ...], make: Make
) -> None:
    act, error, hint = MISTAKES[name]
    project = make({"a.txt": L})
    project.renders({"a.txt": TOP})
    act(project.root)
    before = everything(project.root)
    code, said = project.run(*command)
    first, second = [line for line in said.splitlines() if line.startswith(("error: ", "hint: "))]
    assert (code, error in first, hint.split("; --without")[0] in second) == (1, True, True), said
    assert everything(project.root) == before


@pytest.mark.parametrize("place", ["git", "nowhere"])
def test_without_a_base_nothing_of_the_owners_is_overwritten(place: str, make: Make) -> None:
    same, edited, changed = {"same.txt": L}, {"edited.txt": MINE}, {"changed.txt": L}
    project = make({**same, "edited.txt": L, **changed, "gone.txt": L}, place)
    project.edit({**edited, "own.txt": "own\n"})
    project.remove("gone.txt")
    if place == "git":
        project.commit()
    (project.root / BASE).unlink()
    before = project.files()
    new = {**same, "edited.txt": THEIRS, "changed.txt": TOP, "gone.txt": L, "new.txt": BOTTOM}
    project.renders(new)
    report = project.update("--without-base")
    kinds = "conflict" if place == "git" else "skipped"
    assert report.kinds == {"changed.txt": kinds, "edited.txt": kinds, "gone.txt": "added", "new.txt": "added"}
    for path, file in before.items():
        lines = file.content.splitlines()
        assert set(lines) <= set(project.files()[path].content.splitlines())
    if place == "git":
        assert project.run("update", "--abort")[0] == 0
        assert project.files() == before
    else:
        assert {**before, "gone.txt": as_file(L), "new.txt": as_file(BOTTOM)} == project.files()
        assert set(project.update().kinds.values()) == {"skipped"}
