"""Which of the owner's files, and which of the new template's, a file of the template is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold.owner import is_private
from celery_scaffold.renames import renames
from celery_scaffold.texts import same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celery_scaffold.files import File, Tree
    from celery_scaffold.owner import Owner


@dataclass(frozen=True)
class Unit:
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
        return _edited(self.yours, self.base)


def units_of(base: Tree, new: Tree, owner: Owner, moves: Mapping[str, str]) -> list[Unit]:
    """Every file that is in the base or in the new template.

    Args:
        base: the pristine tree as last rendered.
        new: the pristine tree as rendered now.
        owner: the project.
        moves: old path → new path, what migrations know of; the rest is found by likeness.
    """
    yours = owner.files({*base, *new})
    own, owner_moved = owner_moves(base, yours, owner)
    # One queue's task module looks like another's. So what is only alike is taken for the same file where that saves an
    # edit; else it would be no more than a reason to withhold a new file that the project needs.
    found = {old: yours.get(old) or own.get(owner_moved.get(old, "")) for old in base}
    template_moved = {
        old: there
        for old, there in _template_moves(base, new, moves).items()
        if moves.get(old) == there or owner_moved.get(old) == there or _edited(found[old], base[old])
    }
    units = []
    for old in sorted(base):
        here = old if old in yours else owner_moved.get(old)
        there = old if old in new else template_moved.get(old)
        units.append(Unit(old, here, there, base[old], found[old], None if there is None else new[there]))
    taken = {*base, *template_moved.values()}
    units += [Unit(None, None, path, None, yours.get(path), new[path]) for path in sorted(new) if path not in taken]
    return units


def owner_moves(base: Tree, yours: Tree, owner: Owner) -> tuple[Tree, dict[str, str]]:
    """The files of the template that the owner moved.

    An `.env.example` is not looked for: what looks like it may be a copy of the `.env`, with secrets in it.

    Args:
        base: the pristine tree as last rendered.
        yours: the owner's files at these paths.
        owner: the project.

    Returns:
        The owner's own files, and old path → new path of those that are the template's.
    """
    missing = {path: base[path] for path in base if path not in yours and not is_private(path)}
    own = owner.own_files(base, missing.values())
    return own, renames(missing, own)


def _template_moves(base: Tree, new: Tree, moves: Mapping[str, str]) -> dict[str, str]:
    gone = {path: file for path, file in base.items() if path not in new}
    known = {old: there for old, there in moves.items() if old in gone and there in new and there not in base}
    appeared = {path: file for path, file in new.items() if path not in base and path not in known.values()}
    return {**renames({path: gone[path] for path in gone if path not in known}, appeared), **known}


def _edited(yours: File | None, base: File | None) -> bool:
    """Whether the owner has the file, and made something else of it."""
    return yours is not None and not same(yours, base)
