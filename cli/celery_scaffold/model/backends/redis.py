"""Redis."""

from __future__ import annotations

from celery_scaffold.model import services, tls
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
from celery_scaffold.model.hosts import Hosts
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

CAPABILITIES = (
    Capability(
        Topic.CHORDS,
        "native",
        "a script counts the tasks of the header, and the last one sends the body",
        "celery-reference 3, X9",
    ),
    Capability(Topic.EXPIRY, "server", "a time to live on every key", "celery-reference 3"),
    Capability(Topic.READERS, "anyone", "whoever has the id of the task", "celery-reference 3"),
    Capability(Topic.WAITING, "pushed", "get() subscribes to the result", "celery-reference 3, X9"),
    Capability(Topic.ATOMIC_COUNTER, True, "INCR", "celery/backends/redis.py: incr"),
    Capability(
        Topic.IN_MEMORY,
        True,
        "as many results as the memory holds; task_ignore_result where nobody reads them",
        "celery-reference R24",
    ),
    Capability(Topic.TLS, "verified", "rediss:// needs ssl_cert_reqs, or Celery refuses it", "celery-reference 3, X7"),
    Capability(
        Topic.AUTHENTICATION,
        "password, user and password, credential provider",
        "redis_backend_credential_provider",
        "celery-reference 3; celery/backends/redis.py",
    ),
    Capability(
        Topic.MESSAGE_SIZE, 512 * 1024 * 1024, "below 100 KB in practice: it is all in memory", "celery-reference 2.4"
    ),
    Capability(
        Topic.AVAILABILITY,
        "nothing by itself; Sentinel or a managed endpoint",
        "results that are lost are asked for in vain",
        "celery-reference 2.1",
    ),
    Capability(Topic.FORK, "safe", "children make connections of their own", "run in our stacks"),
)
OPTIONS = (
    Setting(
        "result_backend_max_sleep_between_retries_ms",
        "5000",
        "the longest pause between the tries to store a result: some 40 s in all outlast a restart of the server",
        "celery/backends/base.py; decision 0028",
        unit="milliseconds",
    ),
    Setting(
        "redis_backend_use_ssl",
        "with rediss://, a table with certificates that are required; otherwise False",
        "Celery refuses rediss:// without it, and broker_use_ssl does not count here",
        "celery-reference 3, X7; celery/backends/redis.py",
    ),
    Setting(
        "redis_socket_timeout",
        "10",
        "120 s, the default, is how long a worker hangs on a connection that was cut without a word",
        "celery-reference 3; celery/app/defaults.py",
        unit="seconds",
        rules=("S04",),
    ),
    Setting(
        "redis_socket_connect_timeout",
        "5",
        "a dead host would block for minutes",
        "celery-reference 3",
        unit="seconds",
        rules=("S04",),
    ),
    Setting(
        "redis_socket_keepalive", "True", "the kernel finds dead connections", "celery-reference 3", rules=("S04",)
    ),
    Setting("redis_retry_on_timeout", "True", "one lost answer is not an error", "celery-reference 3"),
    Setting(
        "redis_backend_health_check_interval",
        "10",
        "an idle connection is tried before it is used again; a get() that waits notices no link that was cut",
        "celery/backends/redis.py drain_events; a get(timeout=60) on a link that was cut had not ended after 95 s",
        unit="seconds",
    ),
)
VERSIONS = (Requirement("redis", ">=6.4", "Celery's extra asks for it", "celery's METADATA"),)

REDIS = Backend(
    kind="redis",
    label="Redis",
    why="fast, native chords, results expire by themselves",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("redis",),
    schemes=("redis", "rediss"),
    url_example="redis://:${REDIS_PASSWORD}@localhost:6379/1",
    extras=("redis",),
    requirements=(),
    services=(services.REDIS,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=False,
    login_imports=("from redis import CredentialProvider",),
    login_user=True,
    evidence="celery-reference 3: add/group/chord .04/.51/.03 s",
    family="redis",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
    hosts=Hosts.ONE,
    tls=tls.REDIS,
)
