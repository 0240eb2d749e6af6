"""Redis."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.brokers.broker import Broker
from celery_scaffold.model.verdicts import Proof, Verdict

REDIS = Broker(
    kind="redis",
    label="Redis",
    why="simple and fast; no dead letters of its own, a killed worker's task waits a visibility timeout",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("redis",),
    schemes=("redis", "rediss"),
    url_example="redis://:${REDIS_PASSWORD}@localhost:6379/0",
    extras=("redis",),
    beat_requirements=("celery-redbeat>=2.4.2,<3",),
    untyped_packages=(),
    untyped_beat_packages=("redbeat",),
    services=(services.REDIS,),
    environment=(),
    dead_letters=False,
    priority="strict: HIGH always first",
    login_imports=("from redis import CredentialProvider",),
    evidence="celery-reference 2.2, 2.3; celery-verified 8, 10, 12",
)
