"""What the journal of an update says: which files it swaps, and where it keeps what it needs for that."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from celery_scaffold.errors import ScaffoldError, shown_path
from celery_scaffold.files import File, Mode, read_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celery_scaffold.plan import Json

HOME = ".celery-scaffold"
FORMAT = 1
_JOURNAL = "journal.json"
_STEP = "step."
# Nobody but git writes there: its hooks are programs.
_FORBIDDEN = frozenset({".git", "", ".", ".."})
_OURS = (".pending-", ".done-", "aborted-")


class Step(str, Enum):
    """How far the swap or the undoing of it has come; each begins with a rename, which needs no space."""

    REMOVING = "removing"
    PLACING = "placing"
    CONFLICTS = "conflicts"
    CLEARING = "clearing"
    RESTORING = "restoring"


@dataclass(frozen=True)
class Fingerprint:
    """What tells one file from another: its mode and the digest of its content."""

    mode: Mode
    sha256: str


@dataclass(frozen=True)
class Entry:
    """One file of the swap.

    Attributes:
        number: the name of its copies in the journal.
        path: relative to the project, POSIX.
        before: what was there; None where nothing was.
        after: what shall be there; None where nothing shall be.
    """

    number: int
    path: str
    before: Fingerprint | None
    after: Fingerprint | None


@dataclass(frozen=True)
class Record:
    """All that is known of one update.

    Attributes:
        about: what the caller wants to know again when it goes on.
        entries: the files, in the order of the swap.
        made: directories that the swap makes, parents first.
        lost: directories that the swap removes if they are empty then, parents first.
    """

    about: Mapping[str, Json]
    entries: tuple[Entry, ...]
    made: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True)
class Journal:
    """A record and the directory it is in.

    `before` and `after` hold the contents, `taken` what the swap removed, `made` and `lost` empty directories,
    `aborted/files` what an abort found edited. A copy that is no longer there is one that has been moved into place.
    """

    root: Path
    step: Step
    record: Record

    @property
    def directory(self) -> Path:
        """Where it is while it counts."""
        return self.root / HOME / "pending"

    def place(self, kind: str, number: int) -> Path:
        """Where the journal keeps something."""
        return self.root.joinpath(HOME, "pending", kind, str(number))

    def go_on(self, step: Step) -> Journal:
        """The same with the next step; nothing where it is at that step already."""
        if step is not self.step:
            (self.directory / f"{_STEP}{self.step.value}").rename(self.directory / f"{_STEP}{step.value}")
        return Journal(self.root, step, self.record)

    def swapped(self, entry: Entry) -> bool:
        """Whether the owner's file has been replaced or taken away."""
        if entry.after is None:
            return os.path.lexists(self.place("taken", entry.number))
        return not os.path.lexists(self.place("after", entry.number))


def fingerprint(file: File | None) -> Fingerprint | None:
    """What a file is compared by; None of none."""
    return None if file is None else Fingerprint(file.mode, hashlib.sha256(file.content).hexdigest())


def found(path: Path) -> Fingerprint | None:
    """The fingerprint of what is there; None where nothing is, or no file."""
    return fingerprint(read_file(path))


def is_directory(path: Path) -> bool:
    """Whether it is a directory itself, and not a link to one."""
    return path.is_dir() and not path.is_symlink()


def inside(path: str) -> bool:
    """Whether a relative path stays in the project and out of what is git's and the journal's."""
    parts = path.split("/")
    return "\0" not in path and not any(part.lower() in _FORBIDDEN for part in parts) and not _is_ours(parts)


def _is_ours(parts: list[str]) -> bool:
    if parts[0].lower() != HOME:
        return False
    return len(parts) == 1 or parts[1].lower() == "pending" or parts[1].lower().startswith(_OURS)


def parents(path: str) -> tuple[str, ...]:
    """The directories above a relative path, outermost first, without the root."""
    return tuple(str(parent) for parent in reversed(PurePosixPath(path).parents[:-1]))


def write_record(record: Record, directory: Path) -> None:
    """Write it into a directory that is to become the journal."""
    facts = {
        "about": dict(record.about),
        "entries": [
            [entry.path, *(side and [side.mode.value, side.sha256] for side in (entry.before, entry.after))]
            for entry in record.entries
        ],
        "made": record.made,
        "lost": record.lost,
    }
    whole = {"format": FORMAT, "checksum": _checksum(facts), "record": facts}
    (directory / _JOURNAL).write_text(json.dumps(whole), encoding="utf-8")
    (directory / f"{_STEP}{Step.REMOVING.value}").touch()


def read_journal(root: Path) -> Journal | None:
    """The journal of a project; None where no update is unfinished.

    Raises:
        ScaffoldError: it is damaged, or of a newer version.
    """
    directory = root / HOME / "pending"
    if directory.parent.is_symlink():
        raise ScaffoldError(f"{shown_path(directory.parent)} is a symbolic link", "make it a directory")
    if not os.path.lexists(directory):
        return None
    if not is_directory(directory):
        raise damaged(root, "it is no directory")
    try:
        whole = json.loads((directory / _JOURNAL).read_bytes())
        if whole["format"] > FORMAT:
            raise ScaffoldError(
                f"the unfinished update of {shown_path(root)} was begun by a newer celery-scaffold",
                "finish it with that version",
            )
        if whole["checksum"] != _checksum(whole["record"]):
            raise damaged(root, "its checksum is another")
        (step,) = (Step(path.name[len(_STEP) :]) for path in directory.glob(f"{_STEP}*"))
        return Journal(root, step, _record(whole["record"]))
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        raise damaged(root, "it cannot be read") from None


def damaged(root: Path, why: str) -> ScaffoldError:
    """The error that says so."""
    directory = root / HOME / "pending"
    return ScaffoldError(
        f"the journal of an unfinished update is damaged: {why}",
        f"old contents are in {shown_path(directory / 'before')}: take what you miss, then remove {directory.name}/",
    )


def _record(facts: Any) -> Record:
    entries = tuple(_entry(number, *row) for number, row in enumerate(facts["entries"]))
    record = Record(dict(facts["about"]), entries, tuple(facts["made"]), tuple(facts["lost"]))
    for path in (*(entry.path for entry in entries), *record.made, *record.lost):
        if not inside(path):
            raise ValueError(path)
    return record


def _entry(number: int, path: str, before: list[str] | None, after: list[str] | None) -> Entry:
    sides = [side and Fingerprint(Mode(side[0]), side[1]) for side in (before, after)]
    return Entry(number, path, *sides)  # type: ignore[arg-type]


def _checksum(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
