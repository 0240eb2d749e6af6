"""Redis behind Sentinel: replicas, and somebody who promotes one."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.brokers.broker import Broker
from celery_scaffold.model.brokers.redis import REDIS
from celery_scaffold.model.verdicts import Proof, Verdict

REDIS_SENTINEL = Broker(
    kind="redis-sentinel",
    label="Redis (Sentinel)",
    why="Redis that survives the loss of its host within seconds; what was just written may be lost with it",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("redis", "redis-sentinel"),
    schemes=("sentinel",),
    url_example=services.sentinel_urls("localhost", 26379, 26380, 26381, database=0),
    extras=REDIS.extras,
    beat_requirements=REDIS.beat_requirements,
    untyped_packages=(),
    untyped_beat_packages=REDIS.untyped_beat_packages,
    services=services.REDIS_WITH_SENTINEL,
    environment=services.SENTINEL_ENVIRONMENT,
    dead_letters=False,
    priority=REDIS.priority,
    evidence="celery-verified 7; kombu/transport/redis.py SentinelChannel; docs/decisions/0019-redis-with-sentinel.md",
)
