"""Projects whose template is made up, updated by the real engine: only what a template renders is given."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from celery_scaffold import regenerate
from celery_scaffold.__main__ import main
from celery_scaffold.files import File, Mode, read_file
from celery_scaffold.record import ANSWERS_FILE, FOLDER, record_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

    from celery_scaffold.files import Tree

ANSWERS = b'name = "shop"\n'
# A text, bytes, or a file with a mode of its own.
Content = Union[str, bytes, File]


def tree(files: Mapping[str, Content]) -> dict[str, File]:
    """Files as a template renders them, the answers among them."""
    return {ANSWERS_FILE: File(ANSWERS), **{path: as_file(content) for path, content in files.items()}}


def as_file(content: Content) -> File:
    if isinstance(content, File):
        return content
    return File(content.encode() if isinstance(content, str) else content)


def link(target: str) -> File:
    return File(target.encode(), Mode.LINK)


def program(text: str) -> File:
    return File(text.encode(), Mode.EXECUTABLE)


def lines(*numbers: int, **changed: str) -> str:
    """A text of lines far enough from each other: `lines(1, 9, l3="mine")`."""
    return "".join(f"{changed.get(f'l{number}', f'line {number}')}\n" for number in range(numbers[0], numbers[1] + 1))


def write(root: Path, files: Mapping[str, Content]) -> None:
    """Write files below a directory, over what is there."""
    for path, content in files.items():
        file = as_file(content)
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir() and not place.is_symlink():
            place.rmdir()
        place.unlink(missing_ok=True)
        if file.mode is Mode.LINK:
            place.symlink_to(os.fsdecode(file.content))
            continue
        place.write_bytes(file.content)
        place.chmod(0o755 if file.mode is Mode.EXECUTABLE else 0o644)


def everything(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """All that is below a directory, git's own files too: path → permissions, time of change in ns, content."""
    return {place.relative_to(root).as_posix(): _state(place) for place in root.rglob("*")}


def _state(place: Path) -> tuple[int, int, bytes]:
    status, file = place.lstat(), read_file(place)
    return status.st_mode, status.st_mtime_ns, file.content if file else b""


def outside(found: Mapping[str, Any], *folders: str) -> dict[str, Any]:
    """Without what is in some folders, and their own times."""
    return {
        path: value
        for path, value in found.items()
        if path not in folders and not path.startswith(tuple(f"{folder}/" for folder in folders))
    }


@dataclass
class Project:
    """A project, and the command line in it.

    Attributes:
        root: its directory.
        template: makes updates render a tree.
    """

    root: Path
    template: Callable[[Tree], None]
    capsys: pytest.CaptureFixture[str]

    @property
    def top(self) -> Path:
        """The root of its work tree; its own without one."""
        folders = (self.root, *self.root.parents)
        return next((folder for folder in folders if (folder / ".git").exists()), self.root)

    def renders(self, files: Mapping[str, Content]) -> None:
        """What the template renders from now on."""
        self.template(tree(files))

    def run(self, *arguments: str, start: str = ".") -> tuple[int, str]:
        """A command in a directory of the project: exit code, and what it said."""
        before = Path.cwd()
        os.chdir(self.root / start)
        try:
            code = main(arguments)
        finally:
            os.chdir(before)
        said = self.capsys.readouterr()
        return code, said.out + said.err

    def update(self, *arguments: str) -> Report:
        """An update, and what it says in facts."""
        code, said = self.run("update", "--json", *arguments)
        facts = json.loads(said[said.index("{") : said.rindex("}") + 1])
        rows = facts.get("files", [])
        return Report(code, sorted((row["path"], row["outcome"], row["reason"]) for row in rows), facts)

    def files(self) -> dict[str, File]:
        """The owner's tree: no record, nothing of git's."""
        found = {place.relative_to(self.root): read_file(place) for place in self.root.rglob("*")}
        return {
            path.as_posix(): file
            for path, file in found.items()
            if file is not None and path.parts[0] not in {".git", FOLDER, ANSWERS_FILE}
        }

    def edit(self, files: Mapping[str, Content]) -> None:
        write(self.root, files)

    def remove(self, *paths: str) -> None:
        for path in paths:
            (self.root / path).unlink()

    def move(self, old: str, new: str) -> None:
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)

    def resolve(self, files: Mapping[str, Content | None]) -> None:
        """Settle conflicts; None of a file that has to go."""
        self.edit({path: content for path, content in files.items() if content is not None})
        self.remove(*(path for path, content in files.items() if content is None))

    def git(self, *arguments: str, code: int = 0) -> str:
        return git(self.root, *arguments, code=code)

    def commit(self) -> None:
        """Have all of it in a commit, of a repository of its own where it lies in none."""
        if self.top == self.root and not (self.root / ".git").exists():
            self.git("init", "--quiet", "--initial-branch=main")
        commit(self.root)

    def index(self, *without: str) -> set[str]:
        """What git's index holds, each row but those of some paths."""
        rows = self.git("ls-files", "-z", "--stage").split("\0")
        return {row for row in rows if row.partition("\t")[2] not in {*without, ""}}

    def unmerged(self) -> set[str]:
        """The paths that git calls unmerged."""
        rows = self.git("ls-files", "-z", "--unmerged").split("\0")
        return {row.partition("\t")[2] for row in rows if row}

    def history(self) -> str:
        """Where HEAD and all branches are, and what is stashed."""
        return self.git("rev-parse", "--verify", "HEAD") + self.git("for-each-ref") + self.git("symbolic-ref", "HEAD")


@dataclass(frozen=True)
class Report:
    """What an update said.

    Attributes:
        code: of the process.
        told: path, kind and reason of each outcome.
        facts: all that `--json` gives.
    """

    code: int
    told: list[tuple[str, str, str]]
    facts: dict[str, Any]

    @property
    def kinds(self) -> dict[str, str]:
        return {path: kind for path, kind, _ in self.told}


def git(directory: Path, *arguments: str, code: int = 0) -> str:
    """The test's own git, with an identity."""
    identity = ("-c", "user.name=Owner", "-c", "user.email=owner@example.org", "-c", "core.hooksPath=/dev/null")
    plain = ("-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always")
    environment = {name: value for name, value in os.environ.items() if name not in {"GIT_DIR", "GIT_INDEX_FILE"}}
    done = subprocess.run(
        ["git", *identity, *plain, *arguments],
        cwd=directory,
        capture_output=True,
        check=False,
        env={**environment, "GIT_OPTIONAL_LOCKS": "0", "GIT_CONFIG_GLOBAL": os.devnull},
    )
    assert done.returncode == code, (arguments, done.stderr.decode(errors="replace"))
    return done.stdout.decode(errors="surrogateescape")


def commit(directory: Path) -> None:
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--allow-empty", "--message=state")


def made(root: Path, base: Mapping[str, Content]) -> None:
    """A project as `new` leaves it, rendered from a made-up template."""
    root.mkdir(parents=True)
    whole = tree(base)
    write(root, {**whole, **record_files(whole, b"a template")})


def rendering(monkeypatch: pytest.MonkeyPatch) -> Callable[[Tree], None]:
    """Puts a tree in place of what the templates would render."""

    def render(files: Tree) -> None:
        monkeypatch.setattr(regenerate, "_rendered", lambda _plan, _work: (files, b"another template"))

    return render


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}")
    path.chmod(0o755)
