"""What a version of the tool asks of older projects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def unchanged(table: Mapping[str, object]) -> dict[str, object]:
    """The answers as they are."""
    return dict(table)


@dataclass(frozen=True)
class Migration:
    """The step to one version.

    Attributes:
        version: the first one that needs it.
        answers: the table of an older answers file → the table as this version reads it; idempotent.
        moves: old path → new path of template files that changed too much to be recognised; `{package}` stands for the
            import name.
        notes: what changes at run time, each one line: a default that is another one, what Celery deprecates.
    """

    version: str
    answers: Callable[[Mapping[str, object]], dict[str, object]] = unchanged
    moves: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
