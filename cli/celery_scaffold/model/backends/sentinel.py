"""Redis behind Sentinel: replicas, and somebody who promotes one."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.backends.redis import REDIS
from celery_scaffold.model.verdicts import Proof, Verdict

SENTINEL = Backend(
    kind="sentinel",
    label="Redis (Sentinel)",
    why="results in a Redis that survives the loss of its host within seconds; native chords",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("redis", "sentinel"),
    schemes=("sentinel",),
    url_example=services.sentinel_urls("localhost", 26379, 26380, 26381, database=1),
    extras=REDIS.extras,
    requirements=(),
    services=services.REDIS_WITH_SENTINEL,
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=False,
    evidence="celery-verified 7; celery/backends/redis.py SentinelBackend",
    environment=services.SENTINEL_ENVIRONMENT,
)
