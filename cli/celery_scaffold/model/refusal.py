"""What is said of a broker or a backend that is known and not offered."""

from __future__ import annotations

from dataclasses import dataclass

#: The rule that refuses them all.
NOT_OFFERED = "S10"


@dataclass(frozen=True)
class Refusal:
    """One name that Celery or kombu knows.

    Attributes:
        word: the name.
        reason: why, one line.
        way_out: what to take instead, one line.
        evidence: where it was measured or read.
    """

    word: str
    reason: str
    way_out: str
    evidence: str
