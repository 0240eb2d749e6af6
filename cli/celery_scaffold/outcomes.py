"""What became of the files of a project."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """What became of a file; the order is the one in which people are told."""

    CONFLICT = "conflict"
    MERGED = "merged"
    ADDED = "added"
    UPDATED = "updated"
    DELETED = "deleted"
    KEPT = "kept"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Outcome:
    """What became of one file, and why, in a few words."""

    path: str
    kind: Kind
    reason: str
