"""What a case of the update is: two versions of a template, what the owner did, and what must hold afterwards."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Files = Mapping[str, bytes]
Edit = Callable[[Path], object]


@dataclass(frozen=True)
class Outcome:
    """How a command ended.

    Attributes:
        exit_code: of the command; negative after a signal.
        output: what it said, both streams.
    """

    exit_code: int
    output: str


Update = Callable[[Path], Outcome]


def untouched(_project: Path) -> None:
    """An owner who did nothing."""


def sound(_project: Path) -> str:
    """Nothing beside lines and paths is asked."""
    return ""


def once(project: Path, update: Update) -> Outcome:
    """The update, run once."""
    return update(project)


@dataclass(frozen=True)
class Case:
    """One row of the table.

    Attributes:
        name: the row's name; unique.
        before: the files of the template's first version, as they are rendered.
        after: those of the second.
        edit: what the owner does to the project and commits.
        uncommitted: what the owner does after the commit.
        mistake: is appended to the tool's file of answers and committed.
        option: the folder of an option that the update switches off; it is in `before` and not in `after`.
        run: updates the project, usually once.
        owned: bytes of the owner's that must be somewhere in the tree: merged, between markers, in a file aside.
        arrives: bytes of the new template of which the same is asked, or that the tool tells of them.
        told: where `arrives` cannot be had because of what the owner did, telling of it is right.
        same: paths whose bytes must not change, unless they are kept aside.
        deleted: paths that the owner deleted and that must not come back.
        removed: paths that the new template no longer has and the owner never touched.
        named: paths that the tool must speak of, since the template's wish for them is not followed.
        both: both sides changed one place, so that a conflict is the right answer.
        holds: what else is wrong with the owner's side; empty when nothing is.
    """

    name: str
    before: Files
    after: Files
    edit: Edit = untouched
    uncommitted: Edit = untouched
    mistake: bytes = b""
    option: str = ""
    run: Callable[[Path, Update], Outcome] = once
    owned: tuple[bytes, ...] = ()
    arrives: tuple[bytes, ...] = ()
    told: bool = False
    same: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    both: bool = False
    holds: Callable[[Path], str] = sound


def text(*words: str, count: int = 20) -> bytes:
    """A file of numbered lines; `words` are lines in place of the numbered ones: `3=retries = 5`."""
    lines = [f"line_{number} = {number}" for number in range(count)]
    for word in words:
        number, _, line = word.partition("=")
        lines[int(number)] = line
    return "".join(f"{line}\n" for line in lines).encode()


def write(project: Path, path: str, content: bytes) -> None:
    """Write a file, with its folders."""
    target = project / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def writes(path: str, content: bytes) -> Edit:
    """The edit that gives a file that content."""
    return lambda project: write(project, path, content)


def replaces(path: str, old: bytes, new: bytes) -> Edit:
    """The edit that replaces bytes in a file."""

    def edit(project: Path) -> None:
        content = (project / path).read_bytes()
        if old not in content:
            raise LookupError(f"{old!r} is not in {path}")
        write(project, path, content.replace(old, new))

    return edit


def moves(old: str, new: str) -> Edit:
    """The edit that moves a file or a folder."""

    def edit(project: Path) -> None:
        (project / new).parent.mkdir(parents=True, exist_ok=True)
        (project / old).rename(project / new)

    return edit


def deletes(path: str) -> Edit:
    """The edit that deletes a file."""
    return lambda project: (project / path).unlink()


def in_turn(*edits: Edit) -> Edit:
    """Several edits, one after the other."""

    def edit(project: Path) -> None:
        for each in edits:
            each(project)

    return edit


def git(project: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    """Run git in a project, with what a machine without settings would need."""
    settings = ("user.name=owner", "user.email=owner@example.org", "protocol.file.allow=always", "gc.auto=0")
    words = [word for setting in settings for word in ("-c", setting)]
    return subprocess.run(["git", *words, *arguments], cwd=project, check=check, capture_output=True)


def commit(project: Path, message: str) -> None:
    """Commit everything that is not ignored."""
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--allow-empty", "--message", message)
