"""Redis behind Sentinel: replicas, and somebody who promotes one."""

from __future__ import annotations

from celery_scaffold.model import services, tls
from celery_scaffold.model.brokers.broker import Broker
from celery_scaffold.model.brokers.redis import CAPABILITIES as REDIS_CAPABILITIES
from celery_scaffold.model.brokers.redis import OPTIONS as REDIS_OPTIONS
from celery_scaffold.model.brokers.redis import REDIS
from celery_scaffold.model.capabilities import Capability, Topic, changed
from celery_scaffold.model.hosts import Hosts
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

CAPABILITIES = changed(
    REDIS_CAPABILITIES,
    Capability(
        Topic.AVAILABILITY,
        "the loss of the master, within seconds",
        "Sentinel promotes a replica; what was just written may be lost, and a worker may exit and is started again",
        "celery-verified 7; docs/decisions/0019-redis-with-sentinel.md",
    ),
    Capability(
        Topic.TLS,
        "verified",
        "broker_use_ssl, and the same in sentinel_kwargs for the Sentinels",
        "decision 0055; run on Redis 8 with three Sentinels",
    ),
    Capability(
        Topic.AUTHENTICATION,
        "password, another one for the sentinels",
        "the URL has that of the servers, sentinel_kwargs that of the sentinels",
        "celery-reference 2.1; docs/decisions/0019-redis-with-sentinel.md",
    ),
)
OPTIONS = (
    *REDIS_OPTIONS,
    Setting(
        "broker_transport_options.master_name",
        "the setting that names the master",
        "the sentinels watch several masters by name; without one they are asked for None",
        "celery-reference R69; kombu/transport/redis.py, celery/backends/redis.py",
        rules=("R69",),
    ),
    Setting(
        "broker_transport_options.min_other_sentinels",
        "1",
        "a sentinel that is cut off from the others still names the old master: it is not believed",
        "celery-verified 7",
        unit="sentinels",
    ),
    Setting(
        "broker_transport_options.sentinel_kwargs",
        "password and timeouts of 2 s",
        "one sentinel that does not answer would hold up the search for the master",
        "celery-verified 7",
        unit="seconds",
    ),
)

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
    family="redis",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=REDIS.versions,
    hosts=Hosts.SEVERAL,
    tls=tls.SENTINEL,
)
