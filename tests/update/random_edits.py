"""What an owner may have done to a project, and what an older template may have been: edits drawn at random."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from celery_scaffold.files import File, Tree
from celery_scaffold.record import ANSWERS_FILE

from update.edit_kinds import EDITS, Edit, Target, What

if TYPE_CHECKING:
    from collections.abc import Iterable

_MANY = st.integers(0, 10_000)
# Some kinds are more frequent than others.
_OFTEN = (What.COMMENT, What.CHANGE, What.CHANGE, What.DELETE, What.MOVE, What.NEW)


def edits(least: int, most: int) -> st.SearchStrategy[tuple[Edit, ...]]:
    """Edits of an owner."""
    kinds = st.sampled_from((*_OFTEN, *What))
    one = st.builds(Edit, kinds, st.booleans(), _MANY, _MANY, st.integers(1, 12))
    return st.lists(one, min_size=least, max_size=most).map(_numbered)


def drifts(most: int) -> st.SearchStrategy[tuple[Edit, ...]]:
    """What the template was in an older version: less, more, elsewhere."""
    kinds = st.sampled_from([What.CHANGE, What.DELETE, What.MOVE, What.REMOVE_FILE, What.RENAME, What.COPY])
    one = st.builds(Edit, kinds, st.just(value=False), _MANY, _MANY, st.integers(1, 12))
    return st.lists(one, max_size=most).map(lambda found: _numbered(found, 900))


def _numbered(found: Iterable[Edit], first: int = 1) -> tuple[Edit, ...]:
    return tuple(replace(edit, number=number) for number, edit in enumerate(found, first))


def edited(tree: Tree, wanted: Iterable[Edit], target: Target) -> dict[str, File]:
    """The tree with all edits made that can be made."""
    result = dict(tree)
    for edit in wanted:
        EDITS[edit.what](result, edit, target)
    return result


def lines_that_change(base: Tree, new: Tree) -> dict[str, list[int]]:
    """Of each text that is another in the new template: the numbers of the lines that it no longer has."""
    found = {}
    for path, file in base.items():
        if path in new and new[path] != file and path != ANSWERS_FILE:
            kept = set(new[path].content.splitlines())
            found[path] = [n for n, line in enumerate(file.content.splitlines()) if line not in kept] or [0]
    return found
