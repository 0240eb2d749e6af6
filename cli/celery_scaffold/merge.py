"""The pristine base, the owner's files and the new template → what becomes of each file. Nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from celery_scaffold.decisions import BINARY, Decision, decided
from celery_scaffold.files import File, Mode
from celery_scaffold.git import Triple
from celery_scaffold.journal import Change
from celery_scaffold.outcomes import Kind, Outcome
from celery_scaffold.pairing import units_of
from celery_scaffold.texts import is_binary, merge_texts, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from celery_scaffold.files import Tree
    from celery_scaffold.owner import Owner
    from celery_scaffold.pairing import Unit

# The end of the name under which the new version of a binary file is put beside the owner's.
NEW_VERSION = ".celery-scaffold-new"


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


def merge(base: Tree, new: Tree, owner: Owner, work: Path, moves: Mapping[str, str]) -> Merge:
    """Merge three ways.

    Args:
        base: the pristine tree as last rendered.
        new: the pristine tree as rendered now.
        owner: the project.
        work: an empty directory on any file system.
        moves: old path → new path, what migrations know of; the rest is found by likeness.
    """
    decisions = [decided(unit) for unit in units_of(base, new, owner, moves)]
    placed = _placed(decisions, owner)
    return _result(_merged(placed, work), _recorded(placed, owner))


# --- where it can go -----------------------------------------------------------------------------------


def _placed(decisions: Iterable[Decision], owner: Owner) -> list[Decision]:
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


def _leaving(decisions: Iterable[Decision]) -> frozenset[str]:
    """The paths at which the owner's files will not be any more."""
    return frozenset(decision.unit.here for decision in decisions if decision.unit.here is not None and decision.leaves)


def _recorded(decisions: Sequence[Decision], owner: Owner) -> dict[str, File]:
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


def _beside(decision: Decision, owner: Owner) -> Decision:
    """Of a binary file both versions are kept: the new one under a name that is free."""
    if decision.reason != BINARY or decision.unit.new is None:
        return decision
    path = owner.free_name(decision.target + NEW_VERSION)
    change = Change(path, None, decision.unit.new)
    return replace(decision, reason=f"{BINARY}, the new one is {path}", beside=change)


def _place(decision: Decision, owner: Owner, leaving: frozenset[str], claimed: set[str]) -> Decision:
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


def _place_new(decision: Decision, owner: Owner, leaving: frozenset[str], claimed: set[str]) -> Decision:
    unit = decision.unit
    path, new = str(unit.there), unit.new
    if new is None:
        raise TypeError(unit)
    if path in claimed:
        return Decision(unit, Kind.SKIPPED, "you moved another file of the template there", target=path)
    obstacle = owner.obstacle(path, leaving)
    if not obstacle:
        return replace(decision, target=path)
    if unit.yours is None:
        return Decision(unit, Kind.SKIPPED, f"new in the template, but {obstacle}", target=path)
    if same(unit.yours, new):
        return Decision(unit, None, target=path)
    mergeable = owner.is_tracked(path) and Mode.LINK not in (unit.yours.mode, new.mode)
    if not mergeable or is_binary(unit.yours.content) or is_binary(new.content):
        return Decision(unit, Kind.SKIPPED, "new in the template, but a file of yours is there", target=path)
    taken = replace(unit, here=path)
    return Decision(taken, Kind.MERGED, "both sides added it", File(b"", unit.yours.mode), path, merges=True)


# --- the texts -----------------------------------------------------------------------------------------


def _merged(decisions: list[Decision], work: Path) -> list[Decision]:
    triples = {decision.target: _triple(decision.unit) for decision in decisions if decision.merges}
    results = merge_texts(triples, work)
    return [
        _with_text(decision, results[decision.target].content, results[decision.target].problem)
        if decision.merges
        else decision
        for decision in decisions
    ]


def _triple(unit: Unit) -> Triple:
    if unit.yours is None or unit.new is None:
        raise TypeError(unit)
    return Triple(unit.base.content if unit.base else b"", unit.yours.content, unit.new.content)


def _with_text(decision: Decision, content: bytes, problem: str) -> Decision:
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


def _result(decisions: list[Decision], recorded: Tree) -> Merge:
    removals, writes = [], []
    for decision in decisions:
        here, yours = decision.unit.here, decision.unit.yours
        if here is not None and yours is not None and decision.leaves:
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


def _outcome(decision: Decision) -> Outcome:
    if decision.kind is None:
        raise TypeError(decision)
    return Outcome(decision.target, decision.kind, decision.reason)


def _conflict(decision: Decision) -> Conflict:
    unit = decision.unit
    if unit.yours is None or unit.new is None:
        raise TypeError(decision)
    beside = decision.beside.path if decision.beside else ""
    return Conflict(decision.target, unit.base, unit.yours, unit.new, beside)
