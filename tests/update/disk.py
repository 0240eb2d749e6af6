"""Projects on disk: written from a tree that is a value, read back as one, and what git says of them."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold.files import File, Mode, Tree, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a commit needs, wherever the tests run.
_IDENTITY = ("-c", "user.name=owner", "-c", "user.email=owner@example.com", "-c", "commit.gpgsign=false")
Snapshot = dict[str, tuple[str, bytes]]


def git(root: Path, *arguments: str) -> str:
    """What git says; it has to succeed."""
    done = subprocess.run(["git", *_IDENTITY, *arguments], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def write_tree(root: Path, tree: Tree, before: Tree) -> None:
    """Make of a directory that holds one tree another one."""
    for path in before:
        if path not in tree:
            (root / path).unlink()
            _remove_empty(root, path)
    for path, file in tree.items():
        if before.get(path) != file:
            write_file(root / path, file)


def write_file(place: Path, file: File) -> None:
    """Write a file, a program or a link."""
    if os.path.lexists(place):
        place.unlink()
    place.parent.mkdir(parents=True, exist_ok=True)
    if file.mode is Mode.LINK:
        place.symlink_to(os.fsdecode(file.content))
        return
    place.write_bytes(file.content)
    if file.mode is Mode.EXECUTABLE:
        place.chmod(0o755)


def _remove_empty(root: Path, path: str) -> None:
    for folder in list((root / path).parents)[: path.count("/")]:
        if any(folder.iterdir()):
            return
        folder.rmdir()


def read_tree(root: Path) -> dict[str, File]:
    """All files below a directory but git's own and the record."""
    found = ((path, read_file(root / path)) for path in _paths(root))
    return {path: file for path, file in found if file is not None}


def _paths(root: Path) -> Iterable[str]:
    for directory, folders, names in os.walk(root):
        here = os.path.relpath(directory, root)
        folders[:] = [name for name in folders if not (here == "." and name in (".git", ".celery-scaffold"))]
        links = [name for name in folders if Path(directory, name).is_symlink()]
        yield from (name if here == "." else f"{here}/{name}" for name in (*names, *links))


def snapshot(root: Path, *, without: tuple[str, ...] = (".git",)) -> Snapshot:
    """Everything below a directory, exactly: type and permissions, and bytes; directories count as well."""
    found: Snapshot = {}
    for directory, folders, names in os.walk(root):
        if Path(directory) == root:
            folders[:] = [name for name in folders if name not in without]
        for name in (*folders, *names):
            place = Path(directory, name)
            mode = place.lstat().st_mode
            found[place.relative_to(root).as_posix()] = (stat.filemode(mode), _bytes(place, mode))
    return found


def _bytes(place: Path, mode: int) -> bytes:
    if stat.S_ISLNK(mode):
        return os.fsencode(place.readlink())
    return place.read_bytes() if stat.S_ISREG(mode) else b""


def copied(root: Path, copy: Path) -> Path:
    """The same project at another place: links, permissions and times as well."""
    shutil.copytree(root, copy, symlinks=True)
    return copy


def staged(root: Path) -> str:
    """What git's index holds below a directory; "" without git."""
    return git(root, "ls-files", "-s") if in_git(root) else ""


def status(root: Path) -> str:
    """What git says of the work tree; "" without git."""
    return git(root, "status", "--porcelain", "--untracked-files=all", "--", ".") if in_git(root) else ""


def in_git(root: Path) -> bool:
    """Whether a directory is in a work tree of its own or of the one above it."""
    return (root / ".git").exists() or (root.parent / ".git").exists()
