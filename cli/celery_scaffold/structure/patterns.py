"""Files that are lists of lines, each at most once: `.env.example` and ignore files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.structure.lines import lines_of

if TYPE_CHECKING:
    from typing import TypeGuard

    from celery_scaffold.structure.lines import Lines
    from celery_scaffold.structure.values import Atom, Value

PATTERN = "pattern"


def without_what_both_added(base: str, yours: str, new: str) -> str:
    """The new template's text without lines that the owner has added too, and without its comments right above them."""
    was = set(lines_of(base))
    added = {line for line in lines_of(yours) if line not in was and line.strip() and not line.startswith("#")}
    lines = lines_of(new)
    kept: Lines = []
    for place, line in enumerate(lines):
        if line not in added:
            kept.append(line)
            continue
        following = next((other for other in lines[place + 1 :] if other not in added), "")
        while kept and kept[-1].startswith("#") and kept[-1] not in was and _begins_another(following):
            kept.pop()
    return "".join(kept)


def _begins_another(line: str) -> bool:
    return not line.strip() or line.startswith("#")


def says(value: Value | None, wanted: Value | None, yours: Value | None) -> bool:
    """Whether a value is the wanted one; of patterns also in another order, as long as the owner's own order is kept.

    Where a pattern of the template's stands between the owner's, only lines around it can tell, and did.
    """
    if value == wanted:
        return True
    if not (_are_patterns(value) and _are_patterns(wanted) and _are_patterns(yours)):
        return False
    ordered = [item for item in yours if item in wanted]
    return sorted(value) == sorted(wanted) and [item for item in value if item in yours] == ordered


def _are_patterns(value: Value | None) -> TypeGuard[list[Atom]]:
    return isinstance(value, list) and all(isinstance(item, tuple) and item[0] == PATTERN for item in value)
