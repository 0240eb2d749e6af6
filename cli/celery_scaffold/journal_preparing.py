"""The part of an update that comes before anything is changed: checks, and copies of all that the swap will need."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold.errors import BUG, ScaffoldError, shown, shown_path
from celery_scaffold.files import File, Mode, read_file
from celery_scaffold.journal_record import Entry, Record, fingerprint, inside, is_directory, parents, write_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from celery_scaffold.plan import Json

UNCHANGED = "nothing was changed"


@dataclass(frozen=True)
class Change:
    """What an update does to one path.

    Attributes:
        path: relative to the project, POSIX.
        before: what is there now; None where nothing is.
        after: what shall be there; None where nothing shall be.
    """

    path: str
    before: File | None
    after: File | None


def checked(root: Path, changes: Sequence[Change], about: Mapping[str, Json]) -> Record:
    """The record of a swap that can be done in the tree as it is.

    Raises:
        ScaffoldError: a file is another than the caller has read, a directory cannot be written or leads out of the
            project; with the exit code of a bug, when the changes contradict each other or the tree.
        OSError: something cannot be read.
    """
    removed = {change.path for change in changes if change.after is None}
    placed = {change.path for change in changes if change.after is not None}
    _check_paths(changes, placed)
    needed = _directories(placed)
    made = tuple(path for path in needed if path in removed or not (root / path).is_dir() or _below(path, removed))
    lost = tuple(path for path in _directories(removed) if path not in needed and is_directory(root / path))
    for change in changes:
        _check_parents(root, change, removed)
        _check_before(root, change, changes, {*removed, *lost})
    _check_writable(root, {*removed, *placed, *made, *lost})
    entries = (
        Entry(number, change.path, fingerprint(change.before), fingerprint(change.after))
        for number, change in enumerate(changes)
    )
    return Record(about, tuple(entries), made, lost)


def write(directory: Path, root: Path, changes: Sequence[Change], record: Record) -> None:
    """Write the journal and all contents into an empty directory; on the disk, not only on the way to it.

    Raises:
        OSError: the disk is full, or a limit reached.
    """
    (directory / ".gitignore").write_text("*\n", encoding="utf-8")
    for kind in ("before", "after", "taken", "made", "lost", "aborted", "aborted/files"):
        (directory / kind).mkdir()
    (directory / "aborted/.gitignore").write_text("*\n", encoding="utf-8")
    for path in _directories(change.path for change in changes):
        (directory / "aborted/files" / path).mkdir()
    for number, change in enumerate(changes):
        _copy(directory, root / change.path, number, change)
    for number, _ in enumerate(record.made):
        (directory / "made" / str(number)).mkdir()
    for number, path in enumerate(record.lost):
        (directory / "lost" / str(number)).mkdir()
        _dress(directory / "lost" / str(number), root / path)
    write_record(record, directory)
    _make_durable(directory)


def leads_out(root: Path, directory: Path) -> bool:
    """Whether a directory is, by way of links, outside of the project or in what is git's or ours."""
    home, real = os.path.realpath(root), os.path.realpath(directory)
    if real == home:
        return False
    return not real.startswith(home.rstrip("/") + "/") or not inside(f"{os.path.relpath(real, home)}/any")


def _check_paths(changes: Sequence[Change], placed: set[str]) -> None:
    seen: set[str] = set()
    for change in changes:
        if not inside(change.path) or change.path in seen:
            raise _contradiction(change.path, "cannot be a path of an update, or is one twice")
        seen.add(change.path)
        for parent in parents(change.path):
            if change.after is not None and parent in placed:
                raise _contradiction(parent, "would be a file and a directory")


def _check_parents(root: Path, change: Change, removed: set[str]) -> None:
    """Each directory above it is one, and within the project, or will be made."""
    for parent in parents(change.path):
        place = root / parent
        if parent in removed or not os.path.lexists(place):
            return
        if not place.is_dir():
            raise _contradiction(parent, "is a file, and would have to be a directory")
        if place.is_symlink() and leads_out(root, place):
            raise ScaffoldError(
                f"{shown(change.path)}: {shown(parent)} is a symbolic link that leads out of the project",
                f"{UNCHANGED}; make it a directory, or take the path out of the project",
            )


def _check_before(root: Path, change: Change, changes: Sequence[Change], going: set[str]) -> None:
    """What is there is what the caller has read, or a directory of which nothing will be left."""
    place = root / change.path
    below = _below(change.path, going)
    current = None if below and change.before is None else read_file(place)
    if current != change.before and not _is_old_name(root, change, changes):
        raise ScaffoldError(f"{shown(change.path)} changed meanwhile", f"run it again; {UNCHANGED}")
    if current is None and not below and os.path.lexists(place):
        _check_vanishing(root, change.path, going)


def _check_vanishing(root: Path, path: str, going: set[str]) -> None:
    if path not in going or not is_directory(root / path):
        raise _contradiction(path, "is no file, and would have to be replaced")
    for entry in sorted((root / path).iterdir()):
        below = f"{path}/{entry.name}"
        if below not in going:
            raise _contradiction(below, f"is in the way: {path} would have to be a file")
        if is_directory(entry):
            _check_vanishing(root, below, going)


def _is_old_name(root: Path, change: Change, changes: Sequence[Change]) -> bool:
    """Whether what is found under a new name is the file of the old one: on macOS `README.md` finds `Readme.md`."""
    if change.before is not None:
        return False
    found = (root / change.path).lstat()
    old = (root / each.path for each in changes if each.after is None and each.path.lower() == change.path.lower())
    return any(os.path.lexists(place) and os.path.samestat(place.lstat(), found) for place in old)


def _check_writable(root: Path, paths: Iterable[str]) -> None:
    device = root.stat().st_dev
    for directory in sorted({(root / path).parent for path in paths}):
        if not directory.is_dir():
            continue
        if not os.access(directory, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(directory))
        if directory.stat().st_dev != device:
            raise ScaffoldError(
                f"{shown_path(directory)} is on another file system than the project",
                f"{UNCHANGED}; files are swapped by renames, which cannot cross that",
            )


def _copy(directory: Path, place: Path, number: int, change: Change) -> None:
    """The old and the new content, as they will be moved into place."""
    if change.before is not None:
        copy = directory / "before" / str(number)
        _write(copy, change.before, 0o600)
        _dress(copy, place)
    if change.after is None:
        return
    copy = directory / "after" / str(number)
    executable = change.after.mode is Mode.EXECUTABLE
    if Mode.LINK in (change.after.mode, change.before and change.before.mode) or change.before is None:
        _write(copy, change.after, 0o777 if executable else 0o666)
        return
    _write(copy, change.after, 0o600)
    _dress(copy, place)
    os.utime(copy)
    copy.chmod(_permissions(stat.S_IMODE(place.stat().st_mode), executable=executable))


def _permissions(before: int, *, executable: bool) -> int:
    """The owner's permission bits; those for execution follow when a file becomes a program, or stops being one."""
    if executable == bool(before & 0o100):
        return before
    return before | (before & 0o444) >> 2 if executable else before & ~0o111


def _write(place: Path, file: File, permissions: int) -> None:
    if file.mode is Mode.LINK:
        place.symlink_to(os.fsdecode(file.content))
        return
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, permissions), "wb") as output:  # noqa: PTH123  Path.open takes no permissions
        output.write(file.content)


def _dress(copy: Path, original: Path) -> None:
    """Owner, permissions, times and attributes of the original, as far as they can be had."""
    kept, given = original.lstat(), copy.lstat()
    if (kept.st_uid, kept.st_gid) != (given.st_uid, given.st_gid):
        with contextlib.suppress(PermissionError):
            os.chown(copy, kept.st_uid, kept.st_gid, follow_symlinks=False)
    shutil.copystat(original, copy, follow_symlinks=False)


def _make_durable(directory: Path) -> None:
    """Wait until all of it is on the disk.

    `syncfs` does in one go (6 ms for 180 files) what takes an `fsync` of each five times as long, and much more on
    a disk that has to flush each time. It reports errors of writing since Linux 5.8. Elsewhere each is synced.
    """
    if sys.platform == "linux":
        _sync_file_system(directory)
        return
    for path, _, names in os.walk(directory, topdown=False):
        for place in (*(os.path.join(path, name) for name in names), path):  # noqa: PTH118  os.walk gives strings
            if not os.path.islink(place):  # noqa: PTH114  os.walk gives strings
                _with_descriptor(place, os.fsync)


def _sync_file_system(directory: Path) -> None:
    import ctypes

    def syncfs(descriptor: int) -> None:
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(directory))

    _with_descriptor(directory, syncfs)


def _with_descriptor(path: Path | str, act: Callable[[int], None]) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        act(descriptor)
    finally:
        os.close(descriptor)


def _directories(paths: Iterable[str]) -> tuple[str, ...]:
    """The directories above them, outermost first."""
    return tuple(sorted({parent for path in paths for parent in parents(path)}))


def _below(path: str, directories: set[str]) -> bool:
    return any(parent in directories for parent in parents(path))


def _contradiction(path: str, why: str) -> ScaffoldError:
    return ScaffoldError(f"{shown(path)} {why}", f"{UNCHANGED}; this is a bug of celery-scaffold", BUG)
