"""An update that is not over: killed in its swap, half undone, or with conflicts that are open."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold import interrupts, journal
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.files import read_file
from celery_scaffold.git import LABELS
from celery_scaffold.index import write_stages
from celery_scaffold.location import project_root
from celery_scaffold.texts import is_binary, normal

if TYPE_CHECKING:
    from pathlib import Path

    from celery_scaffold.journal import Pending
    from celery_scaffold.merge import Conflict

_MOST_NAMES = 5
CONTINUE_OR_ABORT = "`celery-scaffold update --continue` finishes it, `--abort` undoes it"


def refuse_pending(root: Path) -> None:
    """Nothing is begun before the last update is over; one whose conflicts are resolved is.

    Raises:
        ScaffoldError: with what is pending, and what ends it.
    """
    pending = journal.pending(root)
    if pending is None:
        return
    if pending.state == "undoing":
        raise ScaffoldError("the undoing of an update was interrupted", "`celery-scaffold update --abort` goes on")
    if pending.state == "swapping":
        raise ScaffoldError("an update of this project was interrupted", CONTINUE_OR_ABORT)
    left = unresolved(pending)
    if left:
        names = f"{', '.join(left[:_MOST_NAMES])}{' and more' if len(left) > _MOST_NAMES else ''}"
        raise ScaffoldError(f"the last update has open conflicts: {names}", f"resolve them; then {CONTINUE_OR_ABORT}")


def begin(root: Path) -> None:
    """Tidy up after the last update, before something is written: its conflicts are resolved.

    Raises:
        ScaffoldError: another run has begun one meanwhile.
    """
    refuse_pending(root)
    pending = journal.pending(root)
    if pending is None:
        journal.sweep(root)
    else:
        journal.finish(pending)


def swap(pending: Pending) -> tuple[str, ...]:
    """Swap the files and tell git of conflicts; returns where files are now that were saved meanwhile."""
    set_aside = journal.apply(pending)
    try:
        write_stages(pending.root, pending.about["index"])
    except ScaffoldError as error:
        hint = f"the files are written, git does not know of the conflicts yet: {CONTINUE_OR_ABORT}"
        raise ScaffoldError(error.message, hint) from None
    if pending.about["conflicts"]:
        journal.hold(pending)
    else:
        journal.finish(pending)
    return set_aside


# --- an update that was interrupted, or has conflicts --------------------------------------------------


@dataclass(frozen=True)
class Resumed:
    """What `--continue` or `--abort` did.

    Attributes:
        root: the project.
        conflicts: paths that still hold markers; the update stays open.
        kept: paths of edits made since, and kept aside.
        aborted: whether the old tree is back.
        steps: what is left to do by hand, once nothing is pending: who ran the update may not have seen it.
    """

    root: Path
    conflicts: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    aborted: bool = False
    steps: tuple[str, ...] = ()


def resume(start: Path) -> Resumed:
    """Finish an update: what a killed run left undone, then the question whether its conflicts are resolved.

    Raises:
        ScaffoldError: nothing is pending.
    """
    pending = _pending(start)
    kept: tuple[str, ...] = ()
    if pending.state != "conflicts":
        with interrupts.held():
            kept = swap(pending)
            interrupts.disregard()
        again = journal.pending(pending.root)
        if again is None:
            return Resumed(pending.root, kept=kept, steps=_steps(pending))
        pending = again
    left = unresolved(pending)
    if not left:
        journal.finish(pending)
    return Resumed(pending.root, left, kept, steps=() if left else _steps(pending))


def _steps(pending: Pending) -> tuple[str, ...]:
    """What the update left to its owner; nothing for `add task`, and for an update by an older version."""
    steps = pending.about.get("steps", [])
    return tuple(map(str, steps)) if isinstance(steps, list) else ()


def abort(start: Path) -> Resumed:
    """Undo an update: every file as it was, bytes and modes.

    Raises:
        ScaffoldError: nothing is pending.
    """
    pending = _pending(start)
    with interrupts.held():
        write_stages(pending.root, pending.about["index"], "before")
        kept = journal.abort(pending)
        interrupts.disregard()
    return Resumed(pending.root, kept=kept, aborted=True)


def unresolved(pending: Pending) -> tuple[str, ...]:
    """The conflicts that are open: our markers, a new version that is still beside it, a text that became invalid."""
    rows = pending.about["conflicts"]
    if not isinstance(rows, list):
        raise TypeError(rows)
    facts = [(str(row[0]), str(row[1]), bool(row[2])) for row in rows if isinstance(row, list)]
    return tuple(path for path, beside, valid in facts if _is_open(pending.root, path, beside, valid=valid))


def is_valid(conflict: Conflict) -> bool:
    """Whether the owner's version can be read back; what they wrote otherwise, they may leave so."""
    from celery_scaffold import structure

    return not is_binary(conflict.yours.content) and structure.parses(conflict.path, _text(conflict.yours.content))


def _is_open(root: Path, path: str, beside: str, *, valid: bool) -> bool:
    from celery_scaffold import structure

    file = read_file(root / path)
    if beside:
        return os.path.lexists(root / beside)
    if file is None:
        return False
    ends = (f"<<<<<<< {LABELS[0]}".encode(), f">>>>>>> {LABELS[2]}".encode())
    if any(line in ends for line in file.content.splitlines()):
        return True
    return valid and not structure.parses(path, _text(file.content))


def _text(content: bytes) -> str:
    return normal(content).decode(errors="replace")


def _pending(start: Path) -> Pending:
    root = project_root(start)
    pending = journal.pending(root)
    if pending is None:
        raise ScaffoldError("no update is pending here", "`celery-scaffold update` begins one")
    return pending
