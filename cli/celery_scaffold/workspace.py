"""A working directory beside the target, and the one rename that makes the target appear whole."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold import interrupts
from celery_scaffold.errors import ScaffoldError, shown, shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator

ANOTHER_NAME = "give another name, or another --output-dir"
_PREFIX = ".celery-scaffold-new-"
# What a file system or a limit refuses, whatever we do.
_NOT_OURS = frozenset(
    {
        errno.EACCES,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.ENAMETOOLONG,
        errno.ENOSPC,
        errno.EPERM,
        errno.EROFS,
        errno.ESTALE,
    }
)


@contextmanager
def workspace(parent: Path) -> Iterator[Path]:
    """An empty directory on the file system of the target, removed at the end, whatever happens.

    A killed process cannot remove its own: the next call in the same parent does, since the lock is gone with
    the process. The directory itself is locked: a file in it would be gone before the directory is.

    Raises:
        ScaffoldError: the parent cannot be written, or the disk is full.
    """
    with interrupts.held():
        try:
            _sweep(parent)
            directory, lock = _locked_directory(parent)
        except OSError as error:
            raise _refusal(error, parent) from None
        try:
            with interrupts.heard():
                yield directory
        except OSError as error:
            if error.errno in _NOT_OURS:
                raise _refusal(error, parent) from None
            raise
        finally:
            shutil.rmtree(directory, ignore_errors=True)
            os.close(lock)


def check_target(target: Path, remedy: str = ANOTHER_NAME) -> None:
    """Refuse a target that is there already, in any form, or whose parent is not a directory.

    Raises:
        ScaffoldError: with the remedy as its hint.
    """
    mode = _mode(target, follow=False)
    if mode is not None:
        what = "is a symbolic link" if stat.S_ISLNK(mode) else "is there already"
        raise ScaffoldError(f"{shown_path(target)} {what}", remedy)
    mode = _mode(target.parent, follow=True)
    if mode is None or not stat.S_ISDIR(mode):
        raise ScaffoldError(f"{shown_path(target.parent)} is not a directory", f"make it first, or {remedy}")


def move_into_place(project: Path, target: Path) -> None:
    """One rename, and from then on the project is there, whoever interrupts.

    What somebody else put there meanwhile is kept, with one exception: an empty directory that was made after the
    check is replaced. POSIX's rename does that, nothing is lost by it, and to make the directory first as a claim
    would leave it behind, empty, when the process is killed between the two.
    """
    check_target(target)
    with interrupts.held():
        try:
            project.rename(target)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise ScaffoldError(
                    f"{shown_path(target)} appeared meanwhile", "nothing was changed; try again"
                ) from None
            raise
        interrupts.disregard()


def _locked_directory(parent: Path) -> tuple[Path, int]:
    """A new directory and the descriptor that holds its lock; another one when a sweep was quicker than the lock.

    Its path is the real one: cookiecutter drops a `..` together with what is before it, be that a link or not.
    """
    while True:
        directory = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=os.path.realpath(parent)))
        lock = _lock(directory)
        if lock is not None:
            return directory, lock


def _sweep(parent: Path) -> None:
    """Remove the working directories of processes that were killed."""
    for directory in parent.glob(f"{_PREFIX}*"):
        lock = _lock(directory)
        if lock is not None:
            shutil.rmtree(directory, ignore_errors=True)
            os.close(lock)


def _lock(directory: Path) -> int | None:
    """The descriptor of a directory that nobody else has locked, and that is still there."""
    try:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if directory.exists():
            return descriptor
    os.close(descriptor)
    return None


def _mode(path: Path, *, follow: bool) -> int | None:
    """Type and permissions; None where nothing is."""
    try:
        return path.stat(follow_symlinks=follow).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _refusal(error, path.parent) from None
    except ValueError:
        raise ScaffoldError(f"{shown(str(path))} cannot be a path", "it holds a null character") from None


def _refusal(error: OSError, parent: Path) -> ScaffoldError:
    reason = error.strerror or str(error)
    return ScaffoldError(f"cannot write in {shown_path(parent)}: {reason.lower()}", "nothing was written there")
