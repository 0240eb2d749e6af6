"""No result backend."""

from __future__ import annotations

from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.verdicts import Proof, Verdict

NONE = Backend(
    kind="none",
    label="none",
    why="fire and forget: the cheapest, when nobody asks for a return value; no chords",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("none",),
    schemes=(),
    url_example="",
    extras=(),
    requirements=(),
    services=(),
    stores_results=False,
    chords=False,
    reads_elsewhere=False,
    needs_beat_cleanup=False,
    evidence="celery-reference R24, R27",
)
