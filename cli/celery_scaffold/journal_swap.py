"""The single moves of a swap and of its undoing; each can be repeated, and none overwrites what it does not know."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from celery_scaffold.errors import ScaffoldError, shown
from celery_scaffold.journal_preparing import leads_out
from celery_scaffold.journal_record import HOME, Entry, Journal, Step, found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_KEPT = ".celery-scaffold-kept"


def remove(journal: Journal) -> tuple[str, ...]:
    """The first half of a swap: what shall be gone, goes. Returns what was set aside."""
    kept = [_take(journal, entry) for entry in journal.record.entries if entry.after is None]
    _remove_empty(journal.root, journal.record.lost)
    journal.go_on(Step.PLACING)
    return tuple(place for place in kept if place)


def place(journal: Journal) -> tuple[str, ...]:
    """The second half: what is new comes. Returns what was set aside."""
    kept = [_make(journal, "made", number, path) for number, path in enumerate(journal.record.made)]
    kept += [_place(journal, entry) for entry in journal.record.entries if entry.after is not None]
    return tuple(place for place in kept if place)


def clear(journal: Journal) -> None:
    """The first half of undoing: what the swap has added, goes."""
    journal = journal.go_on(Step.CLEARING)
    for entry in journal.record.entries:
        if entry.before is None and journal.swapped(entry):
            _take_away(journal, entry)
    made = enumerate(journal.record.made)
    _remove_empty(journal.root, [path for number, path in made if not journal.place("made", number).exists()])
    journal.go_on(Step.RESTORING)


def restore(journal: Journal) -> None:
    """The second half: what was there, comes back."""
    for number, path in enumerate(journal.record.lost):
        _make(journal, "lost", number, path)
    for entry in journal.record.entries:
        if entry.before is not None:
            _restore(journal, entry)


def _take(journal: Journal, entry: Entry) -> str | None:
    """Move a file that shall be gone into the journal."""
    target, taken = journal.root / entry.path, journal.place("taken", entry.number)
    if os.path.lexists(taken) or not os.path.lexists(target):
        return None
    _check_inside(journal.root, target)
    if found(target) != entry.before:
        return _set_aside(journal.root, target)
    target.rename(taken)
    return None


def _make(journal: Journal, kind: str, number: int, path: str) -> str | None:
    """Move an empty directory to where one shall be."""
    target, empty = journal.root / path, journal.place(kind, number)
    if target.is_dir() or not empty.exists():
        return None
    _check_inside(journal.root, target)
    kept = None
    if os.path.lexists(target) and kind == "made":
        kept = _set_aside(journal.root, target)
    elif os.path.lexists(target):
        _set_aborted(journal, path)
    empty.rename(target)
    return kept


def _place(journal: Journal, entry: Entry) -> str | None:
    """Move the new file to its place, over the old one."""
    target, new = journal.root / entry.path, journal.place("after", entry.number)
    if not os.path.lexists(new):
        return None
    _check_inside(journal.root, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = None
    if os.path.lexists(target) and found(target) not in (entry.before or entry.after, entry.after):
        kept = _set_aside(journal.root, target)
    new.rename(target)
    return kept


def _take_away(journal: Journal, entry: Entry) -> None:
    """Remove what the swap has added, unless it is another file by now."""
    target = journal.root / entry.path
    if not os.path.lexists(target):
        return
    _check_inside(journal.root, target)
    if found(target) == entry.after:
        target.unlink()
    else:
        _set_aborted(journal, entry.path)


def _restore(journal: Journal, entry: Entry) -> None:
    """Move the old file back, unless it has never left its place."""
    target, old = journal.root / entry.path, journal.place("before", entry.number)
    there = os.path.lexists(target)
    if not os.path.lexists(old) or (there and not journal.swapped(entry)):
        return
    _check_inside(journal.root, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    # It may be what it was already: `git reset --hard` is another way back.
    if there and found(target) not in (entry.before, entry.after or entry.before):
        _set_aborted(journal, entry.path)
    old.rename(target)


def _set_aside(root: Path, target: Path) -> str:
    """Move what the owner has just saved beside what replaces it."""
    kept = _free(target.with_name(f"{target.name}{_KEPT}"))
    target.rename(kept)
    return kept.relative_to(root).as_posix()


def _set_aborted(journal: Journal, path: str) -> None:
    """Move what the owner has made of a file since the swap to where an abort leaves such things."""
    place = journal.directory / "aborted/files" / path
    place.parent.mkdir(parents=True, exist_ok=True)
    (journal.root / path).rename(_free(place))


def keep_aborted(journal: Journal) -> tuple[str, ...]:
    """Move what was set aside to where it stays; returns where that is."""
    aborted, files = journal.directory / "aborted", journal.directory / "aborted/files"
    if not aborted.exists():
        return ()
    _prune(files)
    if not files.exists():
        return ()
    number = next(number for number in range(1, 1000000) if not os.path.lexists(_aborted(journal.root, number)))
    aborted.rename(_aborted(journal.root, number))
    kept = _aborted(journal.root, number)
    return tuple(sorted(path.relative_to(journal.root).as_posix() for path in _leaves(kept / "files")))


def _aborted(root: Path, number: int) -> Path:
    return root / HOME / f"aborted-{number}"


def _remove_empty(root: Path, directories: Iterable[str]) -> None:
    """Remove those directories in which nothing is, inner ones first."""
    for path in sorted(directories, reverse=True):
        with contextlib.suppress(OSError):
            (root / path).rmdir()


def _prune(directory: Path) -> None:
    """Remove a directory and those in it, as far as they hold no files."""
    for path, _, _ in os.walk(directory, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(path)  # noqa: PTH106  os.walk gives strings


def _leaves(directory: Path) -> Iterator[Path]:
    for entry in directory.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            yield from _leaves(entry)
        else:
            yield entry


def _free(path: Path) -> Path:
    """The path, or the first with a number behind it where nothing is."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def _check_inside(root: Path, target: Path) -> None:
    """A directory may have become a link since the journal was made."""
    if leads_out(root, target.parent):
        raise ScaffoldError(
            f"{shown(target.relative_to(root).as_posix())} is behind a symbolic link that leads out of the project",
            "put a directory back in its place, then go on",
        )
