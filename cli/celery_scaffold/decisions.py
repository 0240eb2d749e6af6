"""What happens with each file of the template: the table of updates. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from celery_scaffold.files import File, Mode
from celery_scaffold.outcomes import Kind
from celery_scaffold.record import ANSWERS_FILE
from celery_scaffold.texts import is_binary, like, normal, same

if TYPE_CHECKING:
    from celery_scaffold.journal import Change
    from celery_scaffold.pairing import Unit

BINARY = "both sides changed a binary file: yours stays"


@dataclass(frozen=True)
class Decision:
    """What happens with a file.

    Attributes:
        unit: the file.
        kind: what people are told; None where there is nothing to tell.
        reason: of it.
        after: what it will be; None where it goes. A text to merge has no content yet.
        target: where it will be; empty where nothing was and nothing comes.
        beside: what is written beside a binary file that both sides changed.
        merges: whether the text is still to be merged.
    """

    unit: Unit
    kind: Kind | None
    reason: str = ""
    after: File | None = None
    target: str = ""
    beside: Change | None = None
    merges: bool = False

    @property
    def leaves(self) -> bool:
        """Whether the owner's file will not be where it is."""
        return self.after is None or self.target != self.unit.here


def decided(unit: Unit) -> Decision:
    """What happens with a file, as long as nothing is in its way."""
    if unit.base is None:
        return Decision(unit, Kind.ADDED, "new in the template", unit.new)
    if unit.here is None or unit.yours is None:
        return _decision_on_deleted(unit)
    if unit.new is None:
        return _decision_on_dropped(unit)
    if not unit.is_edited:
        return _decision_on_unedited(unit)
    # The new answers are made from the owner's: where they are those of the base, an edit was taken back.
    is_news = unit.old == ANSWERS_FILE or not same(unit.new, unit.base)
    if not is_news or same(unit.new, unit.yours):
        return _moved(unit, Kind.MERGED, "", unit.yours)
    return _decision_on_both(unit)


def _decision_on_deleted(unit: Unit) -> Decision:
    if unit.new is None or unit.base == unit.new:
        return Decision(unit, None)
    return Decision(unit, Kind.SKIPPED, "you deleted it, the template changed: it stays deleted", target=str(unit.old))


def _decision_on_dropped(unit: Unit) -> Decision:
    if unit.is_edited or unit.here != unit.old:
        reason = f"no longer in the template; you {'edited' if unit.is_edited else 'moved'} it"
        return Decision(unit, Kind.KEPT, reason, unit.yours, str(unit.here))
    return Decision(unit, Kind.DELETED, "no longer in the template", None, str(unit.here))


def _decision_on_unedited(unit: Unit) -> Decision:
    if unit.yours is None or unit.new is None or unit.base is None:
        raise TypeError(unit)
    if unit.new == unit.base:
        return _moved(unit, Kind.UPDATED, "", unit.yours)
    content = unit.new.content
    if unit.yours.mode is not Mode.LINK and not is_binary(content):
        content = like(content, unit.yours.content)
    return _moved(unit, Kind.UPDATED, "changed in the template", File(content, unit.new.mode))


def _decision_on_both(unit: Unit) -> Decision:
    yours, base, new = unit.yours, unit.base, unit.new
    if yours is None or base is None or new is None:
        raise TypeError(unit)
    mode = yours.mode if yours.mode is not base.mode else new.mode
    if Mode.LINK in (yours.mode, base.mode, new.mode):
        return Decision(unit, Kind.KEPT, "one side made it a symbolic link: yours stays", yours, str(unit.here))
    if normal(new.content) == normal(base.content) and unit.old != ANSWERS_FILE:
        reason = "" if mode is yours.mode else "the template's mode, your text"
        return _moved(unit, Kind.MERGED, reason, File(yours.content, mode))
    if normal(yours.content) == normal(base.content):
        return _moved(unit, Kind.MERGED, "your mode, the template's text", File(like(new.content, yours.content), mode))
    if any(is_binary(file.content) for file in (yours, base, new)):
        return Decision(unit, Kind.CONFLICT, BINARY, yours, str(unit.here))
    reason = "both sides changed it" if unit.new != unit.base else "your edit gives way to the new answer"
    return replace(_moved(unit, Kind.MERGED, reason, File(b"", mode)), merges=True)


def _moved(unit: Unit, kind: Kind, reason: str, after: File) -> Decision:
    """A decision that says where the file went; without a reason and a move there is nothing to tell."""
    words = [reason] if reason else []
    if unit.old not in (unit.here, unit.there) and unit.here != unit.there:
        words.append(f"you and the template both moved {unit.old}: it stays where you put it")
    elif unit.here != unit.old and reason:
        words.append(f"you moved it from {unit.old}")
    elif unit.there not in (unit.old, unit.here):
        words.append(f"moved from {unit.old}")
    return Decision(unit, kind if words else None, "; ".join(words), after, unit.target)
