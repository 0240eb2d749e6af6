"""RPC (reply queues on the broker)."""

from __future__ import annotations

from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.verdicts import Proof, Verdict

RPC = Backend(
    kind="rpc",
    label="RPC (reply queues on the broker)",
    why="no further server; only the sender can read a result, once; no chords",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("rpc",),
    schemes=(),
    url_example="",
    extras=(),
    requirements=(),
    services=(),
    stores_results=True,
    chords=False,
    reads_elsewhere=False,
    needs_beat_cleanup=False,
    evidence="celery-reference 3 (rpc), R27",
)
