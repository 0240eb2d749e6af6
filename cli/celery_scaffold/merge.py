"""The pristine base, the owner's files and the new template → what becomes of each file. Nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from celery_scaffold.files import File, Mode
from celery_scaffold.git import Triple
from celery_scaffold.journal import Change
from celery_scaffold.outcomes import Kind, Outcome
from celery_scaffold.record import ANSWERS_FILE
from celery_scaffold.renames import renames
from celery_scaffold.texts import is_binary, like, merge_texts, normal, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from celery_scaffold.files import Tree
    from celery_scaffold.owner import Owner

# The end of the name under which the new version of a binary file is put beside the owner's.
NEW_VERSION = ".celery-scaffold-new"
_BINARY = "both sides changed a binary file: yours stays"


@dataclass(frozen=True)
class Conflict:
    """A file that the owner has to look at.

    Attributes:
        path: where it is.
        base: the three versions, as git's index holds them.
        yours: the second.
        new: the third.
        beside: where the new version of a binary file was put; empty for a text.
    """

    path: str
    base: File | None
    yours: File
    new: File
    beside: str = ""


@dataclass(frozen=True)
class Merge:
    """The result.

    Attributes:
        outcomes: sorted by path; a file that only the owner changed is not among them.
        changes: what has to be written and removed; removals come first.
        conflicts: those that git's index can show.
        recorded: the tree that the next update starts from: the new template, without what was not written since
            something else is there.
    """

    outcomes: tuple[Outcome, ...]
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    recorded: Tree


@dataclass(frozen=True)
class _Unit:
    """One file of the template, wherever it is.

    Attributes:
        old: its path in the base; None for a new one.
        here: where the owner has it; None where they deleted it.
        there: where the new template has it; None where it is dropped.
    """

    old: str | None
    here: str | None
    there: str | None
    base: File | None
    yours: File | None
    new: File | None

    @property
    def target(self) -> str:
        """Where the result belongs: the owner's choice counts for more than the template's."""
        moved = self.here is not None and self.here != self.old
        return str(self.here if moved or self.there is None else self.there)

    @property
    def is_edited(self) -> bool:
        """Whether the owner made something else of it."""
        return _is_edited(self.yours, self.base)


@dataclass(frozen=True)
class _Decision:
    """What happens with a unit: a text to merge has no content yet."""

    unit: _Unit
    kind: Kind | None
    reason: str = ""
    after: File | None = None
    target: str = ""
    beside: Change | None = None
    merges: bool = False


def merge(base: Tree, new: Tree, owner: Owner, work: Path, moves: Mapping[str, str]) -> Merge:
    """Merge three ways.

    Args:
        base: the pristine tree as last rendered.
        new: the pristine tree as rendered now.
        owner: the project.
        work: an empty directory on any file system.
        moves: old path → new path, what migrations know of; the rest is found by likeness.
    """
    units = _units(base, new, owner, moves)
    decisions = [_decision(unit) for unit in units]
    placed = _placed(decisions, owner)
    return _result(_merged(placed, work), _recorded(placed, owner))


# --- which file is which -------------------------------------------------------------------------------


def _units(base: Tree, new: Tree, owner: Owner, moves: Mapping[str, str]) -> list[_Unit]:
    yours = owner.files({*base, *new})
    missing = {path: base[path] for path in base if path not in yours}
    own = owner.own_files(base, missing.values())
    owner_moved = renames(missing, own)
    # One queue's task module looks like another's. So what is only alike is taken for the same file where that saves an
    # edit; else it would be no more than a reason to withhold a new file that the project needs.
    found = {old: yours.get(old) or own.get(owner_moved.get(old, "")) for old in base}
    template_moved = {
        old: there
        for old, there in _template_moves(base, new, moves).items()
        if moves.get(old) == there or owner_moved.get(old) == there or _is_edited(found[old], base[old])
    }
    units = []
    for old in sorted(base):
        here = old if old in yours else owner_moved.get(old)
        there = old if old in new else template_moved.get(old)
        units.append(_Unit(old, here, there, base[old], found[old], None if there is None else new[there]))
    taken = {*base, *template_moved.values()}
    units += [_Unit(None, None, path, None, yours.get(path), new[path]) for path in sorted(new) if path not in taken]
    return units


def _template_moves(base: Tree, new: Tree, moves: Mapping[str, str]) -> dict[str, str]:
    gone = {path: file for path, file in base.items() if path not in new}
    known = {old: there for old, there in moves.items() if old in gone and there in new and there not in base}
    appeared = {path: file for path, file in new.items() if path not in base and path not in known.values()}
    return {**renames({path: gone[path] for path in gone if path not in known}, appeared), **known}


# --- what happens with it ------------------------------------------------------------------------------


def _decision(unit: _Unit) -> _Decision:
    if unit.base is None:
        return _Decision(unit, Kind.ADDED, "new in the template", unit.new)
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


def _decision_on_deleted(unit: _Unit) -> _Decision:
    if unit.new is None or unit.base == unit.new:
        return _Decision(unit, None)
    return _Decision(unit, Kind.SKIPPED, "you deleted it, the template changed: it stays deleted", target=str(unit.old))


def _decision_on_dropped(unit: _Unit) -> _Decision:
    if unit.is_edited or unit.here != unit.old:
        reason = f"no longer in the template; you {'edited' if unit.is_edited else 'moved'} it"
        return _Decision(unit, Kind.KEPT, reason, unit.yours, str(unit.here))
    return _Decision(unit, Kind.DELETED, "no longer in the template", None, str(unit.here))


def _decision_on_unedited(unit: _Unit) -> _Decision:
    if unit.yours is None or unit.new is None or unit.base is None:
        raise TypeError(unit)
    if unit.new == unit.base:
        return _moved(unit, Kind.UPDATED, "", unit.yours)
    content = unit.new.content
    if unit.yours.mode is not Mode.LINK and not is_binary(content):
        content = like(content, unit.yours.content)
    return _moved(unit, Kind.UPDATED, "changed in the template", File(content, unit.new.mode))


def _decision_on_both(unit: _Unit) -> _Decision:
    yours, base, new = unit.yours, unit.base, unit.new
    if yours is None or base is None or new is None:
        raise TypeError(unit)
    mode = yours.mode if yours.mode is not base.mode else new.mode
    if Mode.LINK in (yours.mode, base.mode, new.mode):
        return _Decision(unit, Kind.KEPT, "one side made it a symbolic link: yours stays", yours, str(unit.here))
    if normal(new.content) == normal(base.content) and unit.old != ANSWERS_FILE:
        reason = "" if mode is yours.mode else "the template's mode, your text"
        return _moved(unit, Kind.MERGED, reason, File(yours.content, mode))
    if normal(yours.content) == normal(base.content):
        return _moved(unit, Kind.MERGED, "your mode, the template's text", File(like(new.content, yours.content), mode))
    if any(is_binary(file.content) for file in (yours, base, new)):
        return _Decision(unit, Kind.CONFLICT, _BINARY, yours, str(unit.here))
    reason = "both sides changed it" if unit.new != unit.base else "your edit gives way to the new answer"
    return replace(_moved(unit, Kind.MERGED, reason, File(b"", mode)), merges=True)


def _moved(unit: _Unit, kind: Kind, reason: str, after: File) -> _Decision:
    """A decision that says where the file went; without a reason and a move there is nothing to tell."""
    words = [reason] if reason else []
    if unit.old not in (unit.here, unit.there) and unit.here != unit.there:
        words.append(f"you and the template both moved {unit.old}: it stays where you put it")
    elif unit.here != unit.old and reason:
        words.append(f"you moved it from {unit.old}")
    elif unit.there not in (unit.old, unit.here):
        words.append(f"moved from {unit.old}")
    return _Decision(unit, kind if words else None, "; ".join(words), after, unit.target)


# --- where it can go -----------------------------------------------------------------------------------


def _placed(decisions: Iterable[_Decision], owner: Owner) -> list[_Decision]:
    """The decisions, with those changed whose place is taken by something of the owner's.

    What has to stay where it is may be in the way of others, so it is asked again until nothing changes.
    """
    placed = list(decisions)
    units = [decision.unit for decision in placed]
    claimed = {unit.here for unit in units if unit.here is not None and unit.here != unit.old}
    leaving: frozenset[str] | None = None
    while leaving != (now := _leaving(placed)):
        leaving = now
        placed = [_place(decision, owner, leaving, claimed) for decision in placed]
    return [_beside(decision, owner) for decision in placed]


def _leaving(decisions: Iterable[_Decision]) -> frozenset[str]:
    """The paths at which the owner's files will not be any more."""
    return frozenset(
        decision.unit.here for decision in decisions if decision.unit.here is not None and _leaves(decision)
    )


def _recorded(decisions: Sequence[_Decision], owner: Owner) -> dict[str, File]:
    """The new files under the names by which the next update shall know them."""
    leaving = _leaving(decisions)
    recorded = {}
    for decision in decisions:
        unit = decision.unit
        if unit.new is None or unit.there is None or (unit.base is None and decision.kind is Kind.SKIPPED):
            continue
        # Under the new name, a file of the owner's there would be taken for an edited one of the template's.
        moved = unit.old is not None and unit.there not in (unit.old, decision.target)
        recorded[str(unit.old) if moved and owner.obstacle(unit.there, leaving) else unit.there] = unit.new
    return recorded


def _beside(decision: _Decision, owner: Owner) -> _Decision:
    """Of a binary file both versions are kept: the new one under a name that is free."""
    if decision.reason != _BINARY or decision.unit.new is None:
        return decision
    path = owner.free_name(decision.target + NEW_VERSION)
    change = Change(path, None, decision.unit.new)
    return replace(decision, reason=f"{_BINARY}, the new one is {path}", beside=change)


def _leaves(decision: _Decision) -> bool:
    return decision.after is None or decision.target != decision.unit.here


def _place(decision: _Decision, owner: Owner, leaving: frozenset[str], claimed: set[str]) -> _Decision:
    unit = decision.unit
    if unit.base is None:
        return _place_new(decision, owner, leaving, claimed)
    if decision.kind is Kind.SKIPPED and unit.old and owner.is_behind_link(unit.old):
        return replace(decision, reason="the template changed it, but it is behind a link of yours: that stays")
    if decision.after is None or decision.target in (unit.here, ""):
        return decision
    obstacle = owner.obstacle(decision.target, leaving)
    if not obstacle:
        return decision
    reason = f"the template moved it to {decision.target}, but {obstacle}: it stays here"
    stays = not decision.merges and decision.after == unit.yours
    kind = Kind.SKIPPED if stays or decision.kind is None else decision.kind
    return replace(decision, kind=kind, reason=reason, target=str(unit.here))


def _place_new(decision: _Decision, owner: Owner, leaving: frozenset[str], claimed: set[str]) -> _Decision:
    unit = decision.unit
    path, new = str(unit.there), unit.new
    if new is None:
        raise TypeError(unit)
    if path in claimed:
        return _Decision(unit, Kind.SKIPPED, "you moved another file of the template there", target=path)
    obstacle = owner.obstacle(path, leaving)
    if not obstacle:
        return replace(decision, target=path)
    if unit.yours is None:
        return _Decision(unit, Kind.SKIPPED, f"new in the template, but {obstacle}", target=path)
    if same(unit.yours, new):
        return _Decision(unit, None, target=path)
    mergeable = owner.is_tracked(path) and Mode.LINK not in (unit.yours.mode, new.mode)
    if not mergeable or is_binary(unit.yours.content) or is_binary(new.content):
        return _Decision(unit, Kind.SKIPPED, "new in the template, but a file of yours is there", target=path)
    taken = replace(unit, here=path)
    return _Decision(taken, Kind.MERGED, "both sides added it", File(b"", unit.yours.mode), path, merges=True)


# --- the texts -----------------------------------------------------------------------------------------


def _merged(decisions: list[_Decision], work: Path) -> list[_Decision]:
    triples = {decision.target: _triple(decision.unit) for decision in decisions if decision.merges}
    results = merge_texts(triples, work)
    return [
        _with_text(decision, results[decision.target].content, results[decision.target].problem)
        if decision.merges
        else decision
        for decision in decisions
    ]


def _triple(unit: _Unit) -> Triple:
    if unit.yours is None or unit.new is None:
        raise TypeError(unit)
    return Triple(unit.base.content if unit.base else b"", unit.yours.content, unit.new.content)


def _with_text(decision: _Decision, content: bytes, problem: str) -> _Decision:
    if decision.after is None:
        raise TypeError(decision)
    after = File(content, decision.after.mode)
    if problem:
        return replace(decision, kind=Kind.CONFLICT, reason=problem, after=after)
    unit = decision.unit
    # Comments in the answers, say: the new ones are the owner's, and there is nothing to tell.
    is_idle = unit.new == unit.base and after == unit.yours and decision.target == unit.old
    return replace(decision, kind=None if is_idle else decision.kind, after=after)


# --- the result ----------------------------------------------------------------------------------------


def _result(decisions: list[_Decision], recorded: Tree) -> Merge:
    removals, writes = [], []
    for decision in decisions:
        here, yours = decision.unit.here, decision.unit.yours
        if here is not None and yours is not None and _leaves(decision):
            removals.append(Change(here, yours, None))
        before = yours if decision.target == here else None
        if decision.after is not None and decision.after != before and decision.target:
            writes.append(Change(decision.target, before, decision.after))
        if decision.beside is not None:
            writes.append(decision.beside)
    return Merge(
        tuple(sorted((_outcome(d) for d in decisions if d.kind), key=lambda outcome: outcome.path)),
        (*removals, *writes),
        tuple(_conflict(d) for d in decisions if d.kind is Kind.CONFLICT),
        recorded,
    )


def _outcome(decision: _Decision) -> Outcome:
    if decision.kind is None:
        raise TypeError(decision)
    return Outcome(decision.target, decision.kind, decision.reason)


def _conflict(decision: _Decision) -> Conflict:
    unit = decision.unit
    if unit.yours is None or unit.new is None:
        raise TypeError(decision)
    beside = decision.beside.path if decision.beside else ""
    return Conflict(decision.target, unit.base, unit.yours, unit.new, beside)


def _is_edited(yours: File | None, base: File | None) -> bool:
    """Whether the owner has the file, and made something else of it."""
    return yours is not None and not same(yours, base)
