"""What became of a project: of its files, and of its git repository."""

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


class Repository(str, Enum):
    """What became of the project's git repository."""

    MADE = "made"
    OUTER = "the project is in one already"
    FAILED = "git is missing, or did not work"
    NOT_WANTED = "not wanted"
