"""What is said of a broker or a backend that is known and not offered."""

from __future__ import annotations

from dataclasses import dataclass

NEVER = "S10"


@dataclass(frozen=True)
class Refusal:
    """One name that Celery or kombu knows.

    Attributes:
        word: the name.
        rule: the one that refuses it, `S10`.
        reason: why, one line.
        way_out: what to take instead, one line.
        evidence: where it was measured or read.
    """

    word: str
    rule: str
    reason: str
    way_out: str
    evidence: str
