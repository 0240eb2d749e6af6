"""A project, an update of it with everything that can happen to a file, and runs that are killed at each event.

Usage: python killed_journal.py DIRECTORY STARTS

For each N in STARTS (numbers with commas; `-` for none) makes DIRECTORY/abort-N/1, 2, 3, …: an update that was killed
at its Nth file-system event, and then an abort of it that was killed at its first, second, third event. Without
STARTS, DIRECTORY/update/1, 2, 3, …: the update itself. The last one of each series came to its end.
"""

from __future__ import annotations

import os
import signal
import stat
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold import journal
from celery_scaffold.files import File, Mode
from celery_scaffold.journal import Change

EVENTS = {
    *("open", "fcntl.flock", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink"),
    *("os.chmod", "os.chown", "os.utime", "os.setxattr", "os.truncate"),
}
UMASK = 0o022
ABOUT: dict[str, Json] = {"command": "update", "conflicts": ["settings.py"], "count": 3}
if TYPE_CHECKING:
    from collections.abc import Callable

    from celery_scaffold.plan import Json

# 2001-09-09, in nanoseconds: no file of a test is as old by chance.
LONG_AGO = 10**18 + 123456789

# path: permissions and content of a file, content alone of a link.
Sketch = dict[str, "tuple[int, bytes] | bytes"]

DIRECTORIES = {"kept": 0o700, "old": 0o755, "old/dir": 0o750, "c": 0o711, "c/e": 0o755, "real": 0o755, "bare": 0o700}
OWN: Sketch = {
    "kept/.env": (0o600, b"SECRET=1\n"),
    "notes.txt": (0o444, b"mine\n"),
    "real/x": (0o644, b"not the link's\n"),
    "bare/shut": (0o000, b"never read\n"),
}
BEFORE: Sketch = {
    "settings.py": (0o600, b"old = 1\n"),
    "shared.py": (0o640, b"shared = 1\n"),
    "guarded.py": (0o444, b"guarded = 1\n"),
    "run.sh": (0o640, b"#!/bin/sh\n"),
    "stop.sh": (0o755, b"#!/bin/sh\n"),
    "Readme.md": (0o644, b"# Shop\n"),
    "a": (0o644, b"a file\n"),
    "c/d": (0o600, b"d\n"),
    "c/e/f": (0o755, b"f\n"),
    "link": b"settings.py",
    "real-link": b"real",
    "became-link": (0o644, b"a file\n"),
    "was-link": b"nowhere",
    "gone-link": b"nowhere",
    "old/dir/only": (0o644, b"only\n"),
    "kept/removed": (0o644, b"removed\n"),
    "empty": (0o644, b""),
}
AFTER: Sketch = {
    "settings.py": (0o600, b"new = 2\n"),
    "shared.py": (0o640, b"shared = 2\n"),
    "guarded.py": (0o444, b"guarded = 2\n"),
    "run.sh": (0o750, b"#!/bin/sh\n"),
    "stop.sh": (0o644, b"#!/bin/sh\nexit\n"),
    "README.md": (0o644, b"# Shop\n"),
    "a/b": (0o755, b"in a directory\n"),
    "c": (0o644, b"a file now\n"),
    "link": b"shared.py",
    "real-link/x": (0o644, b"the new directory's\n"),
    "became-link": b"settings.py",
    "was-link": (0o644, b"a file now\n"),
    "deep/new/tree/x": (0o644, b"x\n"),
    "kept/added": (0o644, b"added\n"),
    "empty": (0o644, b"no more\n"),
}


def _file(entry: tuple[int, bytes] | bytes | None) -> File | None:
    if entry is None:
        return None
    if isinstance(entry, bytes):
        return File(entry, Mode.LINK)
    return File(entry[1], Mode.EXECUTABLE if entry[0] & 0o100 else Mode.PLAIN)


def changes(before: Sketch, after: Sketch) -> list[Change]:
    """What leads from one to the other."""
    return [
        Change(path, _file(before.get(path)), _file(after.get(path))) for path in sorted(before.keys() | after.keys())
    ]


CHANGES = changes(BEFORE, AFTER)


def lay(root: Path, sketch: Sketch | None = None) -> Path:
    """Make the project as it is before the update."""
    root.mkdir(parents=True)
    for path, permissions in ({} if sketch else DIRECTORIES).items():
        (root / path).mkdir()
        (root / path).chmod(permissions)
    for path, entry in (sketch or {**OWN, **BEFORE}).items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(entry, bytes):
            place.symlink_to(os.fsdecode(entry))
        else:
            place.write_bytes(entry[1])
            place.chmod(entry[0])
        os.utime(place, ns=(LONG_AGO, LONG_AGO), follow_symlinks=False)
    return root


def sketch_of(root: Path) -> Sketch:
    """The files of a tree as they are, and each directory as a path with a slash behind it."""
    found: Sketch = {}
    for path in root.rglob("*"):
        status, name = path.lstat(), path.relative_to(root).as_posix()
        if stat.S_ISLNK(status.st_mode):
            found[name] = os.fsencode(path.readlink())
        elif stat.S_ISDIR(status.st_mode):
            found[f"{name}/"] = (stat.S_IMODE(status.st_mode), b"")
        else:
            found[name] = (stat.S_IMODE(status.st_mode), path.read_bytes())
    return found


def times_of(root: Path) -> dict[str, int]:
    """When each file of a tree was changed, in nanoseconds."""
    return {
        path.relative_to(root).as_posix(): path.lstat().st_mtime_ns
        for path in root.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def update(root: Path) -> None:
    """All of it, without a stop."""
    pending = journal.prepare(root, CHANGES, ABOUT)
    journal.apply(pending)
    journal.finish(pending)


def abort(root: Path) -> None:
    """Undo what is pending, if anything is."""
    pending = journal.pending(root)
    if pending is not None:
        journal.abort(pending)


def _killed(act: Callable[[Path], None], root: Path, event: int) -> bool:
    """Whether the act was killed at that event of its process; else it is done."""
    child = os.fork()
    if child == 0:
        _die_at(event, str(root))
        try:
            act(root)
        except BaseException:  # noqa: BLE001  whatever it is, the child must not go on as a second parent
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        assert os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


def _die_at(last: int, directory: str) -> None:
    seen = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in EVENTS and (event != "open" or directory in str(arguments[0])):
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def _series(directory: Path, start: int) -> None:
    event, killed = 0, True
    while killed:
        event += 1
        root = lay(directory / str(event))
        if start == 0:
            killed = _killed(update, root, event)
        else:
            _killed(update, root, start)
            killed = _killed(abort, root, event)


if __name__ == "__main__":
    os.umask(UMASK)
    if sys.argv[2] == "-":
        _series(Path(sys.argv[1]) / "update", 0)
    else:
        for number in sys.argv[2].split(","):
            _series(Path(sys.argv[1]) / f"abort-{number}", int(number))
