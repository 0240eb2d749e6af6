"""Valkey: Redis's protocol, spoken with Redis's transport and client; its own server, license and image."""

from __future__ import annotations

from celery_scaffold.model import services, tls
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.backends.redis import CAPABILITIES, OPTIONS
from celery_scaffold.model.capabilities import Requirement
from celery_scaffold.model.hosts import Hosts
from celery_scaffold.model.verdicts import Proof, Verdict

VERSIONS = (
    Requirement("redis", ">=6.4", "the client; Celery knows no client of Valkey's own", "celery's METADATA"),
    Requirement("valkey-server", ">=8.0", "8.1 is what our tests run; 7.2 is the fork itself", "celery-verified 8"),
)

VALKEY = Backend(
    kind="valkey",
    label="Valkey",
    why="the BSD-licensed fork of Redis, the same to Celery: fast, native chords, results expire by themselves",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("redis", "valkey"),
    schemes=("redis", "rediss"),
    url_example="redis://:${VALKEY_PASSWORD}@localhost:6380/1",
    extras=("redis",),
    requirements=(),
    services=(services.VALKEY,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=False,
    tls=tls.REDIS,
    login_imports=("from redis import CredentialProvider",),
    login_user=True,
    evidence="what is said of Redis; tests/generated/test_stacks.py ran it on Valkey 8.1",
    family="redis",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
    hosts=Hosts.ONE,
)
