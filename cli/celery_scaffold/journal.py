"""The swap of many files in a project, which can be finished or undone whatever happens to the process meanwhile.

All that is needed for either is in `.celery-scaffold/pending/` before one file of the owner's changes, and one rename
makes it count. From then on `apply` leads to the new tree and `abort` to the old one, from every state in which a
killed process can leave it. After a loss of power it is the same on file systems that keep the order of renames
(ext4, XFS, Btrfs, APFS), since the contents are on the disk before that rename.

Operations are renames of what lies prepared, so that a full disk stops an update before it has begun. A copy that is
gone from the journal has been moved into place: that is how a later run knows what has been done.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from celery_scaffold import interrupts, journal_preparing, journal_swap
from celery_scaffold.errors import BUG, ScaffoldError, shown, shown_path
from celery_scaffold.journal_preparing import UNCHANGED, Change
from celery_scaffold.journal_record import HOME, Journal, Record, Step, damaged, found, is_directory, read_journal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from celery_scaffold.plan import Json

__all__ = ["Change", "Pending", "PendingChange", "abort", "apply", "finish", "hold", "pending", "prepare", "sweep"]

_UNDOING = (Step.CLEARING, Step.RESTORING)
# Seconds for which another run is waited for: each holds the lock for milliseconds.
_PATIENCE = 5.0


@dataclass(frozen=True)
class PendingChange:
    """One file of an unfinished update.

    Attributes:
        path: relative to the project, POSIX.
        what: what the update does to it.
    """

    path: str
    what: Literal["add", "change", "remove"]


@dataclass(frozen=True)
class Pending:
    """An update that is neither finished nor undone.

    Attributes:
        root: of the project.
        state: whether files are being swapped, or all are and conflicts are open, or an abort was cut off.
        about: what was given to `prepare`.
        changes: the files.
    """

    root: Path
    state: Literal["swapping", "conflicts", "undoing"]
    about: Mapping[str, Json]
    changes: tuple[PendingChange, ...]


def pending(root: Path) -> Pending | None:
    """The unfinished update of a project; None where there is none. Writes nothing.

    Raises:
        ScaffoldError: its journal is damaged, or of a newer version.
    """
    try:
        journal = read_journal(root)
    except ScaffoldError:  # or another run has moved it on while it was read
        with _alone(root):
            journal = read_journal(root)
    return None if journal is None else _pending(journal)


def prepare(root: Path, changes: Sequence[Change], about: Mapping[str, Json]) -> Pending:
    """Have everything on the disk that is needed to finish or to undo; the tree is as it was.

    Whoever calls `apply` next holds the signals over both, so that none comes between them.

    Args:
        root: of the project, a directory.
        changes: a path once each; those that change nothing are left out.
        about: what `pending` shall tell a later run.

    Raises:
        ScaffoldError: another update is unfinished or at work; a file has changed since the caller read it; something
            cannot be written, or the disk is full. Nothing was changed.
    """
    with interrupts.held(), _refusals(UNCHANGED, root), _alone(root):
        if read_journal(root) is not None:
            raise ScaffoldError(
                f"an update of {shown_path(root)} is unfinished", "finish it with --continue, or undo it with --abort"
            )
        _sweep(root)
        changes = [change for change in changes if change.before != change.after]
        record = journal_preparing.checked(root, changes, about)
        _build(root, changes, record)
        return _pending(Journal(root, Step.REMOVING, record))


def apply(pending: Pending) -> tuple[str, ...]:
    """Swap every file; goes on where a killed run stopped, and does nothing once all is done.

    Returns:
        Where files are now that somebody saved between `prepare` and their swap: beside the new ones.

    Raises:
        ScaffoldError: an operation is refused by the system, or the journal is gone, damaged or being undone.
    """
    with _at_work(pending.root) as journal:
        _check_direction(journal)
        if journal.step is Step.CONFLICTS:
            return ()
        _check_copies(journal)
        kept = journal_swap.remove(journal) if journal.step is Step.REMOVING else ()
        return (*kept, *journal_swap.place(journal))


def hold(pending: Pending) -> Pending:
    """The files are swapped and the owner has conflicts to resolve: `finish` later, or `abort`.

    Raises:
        ScaffoldError: the swap is not done, or the journal is gone, damaged or being undone.
    """
    with _at_work(pending.root) as journal:
        _check_direction(journal)
        _check_swapped(journal)
        return _pending(journal.go_on(Step.CONFLICTS))


def finish(pending: Pending) -> None:
    """Remove the journal: the new tree is what counts.

    Raises:
        ScaffoldError: the swap is not done, or the journal is gone, damaged or being undone.
    """
    with _at_work(pending.root) as journal:
        _check_direction(journal)
        _check_swapped(journal)
        _remove(journal)


def sweep(root: Path) -> None:
    """Remove what killed runs have left beside the journal, which is not touched.

    Raises:
        ScaffoldError: another run is at work.
    """
    with interrupts.held(), _alone(root):
        _sweep(root)


def abort(pending: Pending) -> tuple[str, ...]:
    """Restore the tree as it was before: contents, permissions, times, directories.

    Once begun it can only be gone on with: `apply` refuses a journal that is being undone.

    Returns:
        Where files are now that the owner has changed since they were swapped: below `.celery-scaffold/aborted-N/`.

    Raises:
        ScaffoldError: an operation is refused by the system, or the journal is gone or damaged.
    """
    with _at_work(pending.root) as journal:
        _check_copies(journal)
        if journal.step is not Step.RESTORING:
            journal_swap.clear(journal)
        journal_swap.restore(journal)
        kept = journal_swap.keep_aborted(journal)
        _remove(journal)
        return kept


def _pending(journal: Journal) -> Pending:
    undoing: Literal["undoing", "swapping"] = "undoing" if journal.step in _UNDOING else "swapping"
    changes = tuple(
        PendingChange(entry.path, "add" if entry.before is None else "remove" if entry.after is None else "change")
        for entry in journal.record.entries
    )
    state = "conflicts" if journal.step is Step.CONFLICTS else undoing
    return Pending(journal.root, state, journal.record.about, changes)


def _build(root: Path, changes: Sequence[Change], record: Record) -> None:
    """Write the journal under another name, then make it count; whatever goes wrong before leaves nothing."""
    home = root / HOME
    home.mkdir(exist_ok=True)
    try:
        directory = Path(tempfile.mkdtemp(prefix=".pending-", dir=home))
        with interrupts.heard():
            journal_preparing.write(directory, root, changes, record)
        directory.rename(home / "pending")
    except BaseException:
        _sweep(root)
        raise


def _remove(journal: Journal) -> None:
    """From the rename on there is nothing to go on with; a killed run's rest is swept by the next one."""
    journal.directory.rename(journal.root / HOME / f".done-{os.urandom(4).hex()}")
    _sweep(journal.root)


def _sweep(root: Path) -> None:
    """Remove what killed runs have left; within `_alone` it belongs to nobody."""
    home = root / HOME
    for directory in (*home.glob(".pending-*"), *home.glob(".done-*")):
        if not is_directory(directory):
            continue
        # git sees nothing of it as long as its .gitignore is there.
        for path in directory.iterdir():
            if path.name != ".gitignore":
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        shutil.rmtree(directory, ignore_errors=True)
    with contextlib.suppress(OSError):
        home.rmdir()


@contextmanager
def _at_work(root: Path) -> Iterator[Journal]:
    """The journal, for this process alone; no signal comes between two renames."""
    remedy = "nothing is lost: put that right, then finish the update with --continue, or undo it with --abort"
    with interrupts.held(), _refusals(remedy, root), _alone(root):
        journal = read_journal(root)
        if journal is None:
            raise ScaffoldError(f"no update of {shown_path(root)} is unfinished", "another run has ended it")
        yield journal


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Keep other runs in the same project out; the lock is gone with the process.

    Where a file system has no such locks (some kinds of NFS), only the one rename decides who was first.
    """
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(descriptor, root)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, root: Path) -> None:
    patience = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > patience:
                raise ScaffoldError(
                    f"another run is changing {shown_path(root)}", "wait until it has ended, then try again"
                ) from None
            time.sleep(0.01)
        except OSError:
            return None


@contextmanager
def _refusals(hint: str, root: Path) -> Iterator[None]:
    """What the system refuses, in one line."""
    try:
        yield
    except OSError as error:
        place = root
        if isinstance(error.filename, str) and error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            place = Path(error.filename)
        reason = error.strerror or str(error)
        raise ScaffoldError(f"{shown_path(place)}: {reason.lower()}", hint) from None


def _check_direction(journal: Journal) -> None:
    if journal.step in _UNDOING:
        raise ScaffoldError(
            f"the update of {shown_path(journal.root)} is half undone", "undo the rest of it with --abort"
        )


def _check_swapped(journal: Journal) -> None:
    for entry in journal.record.entries:
        if journal.step is Step.REMOVING or (entry.after is not None and not journal.swapped(entry)):
            raise ScaffoldError(f"{shown(entry.path)} is not swapped yet", "this is a bug of celery-scaffold", BUG)


def _check_copies(journal: Journal) -> None:
    """What is still to be moved into place is what it was when it was written."""
    for entry in journal.record.entries:
        for kind, side in (("before", entry.before), ("after", entry.after)):
            copy = journal.place(kind, entry.number)
            needed = kind == "before" and side is not None and journal.step is not Step.RESTORING
            if (needed or os.path.lexists(copy)) and found(copy) != side:
                raise damaged(journal.root, f"the copy of {shown(entry.path)} is gone, or another")
