"""Redis."""

from __future__ import annotations

from celery_scaffold.model import services, tls
from celery_scaffold.model.brokers.broker import Broker
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
from celery_scaffold.model.hosts import Hosts
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

# Shared with what speaks the same protocol: valkey and Sentinel start from these.
CAPABILITIES = (
    Capability(
        Topic.REMOTE_CONTROL,
        True,
        "workers answer over publish and subscribe",
        "celery-reference 2.2; celery-verified 8",
    ),
    Capability(Topic.EVENTS, True, "monitors see every task", "celery-reference 2.2, X12"),
    Capability(
        Topic.PRIORITY,
        "strict",
        "a list for each priority; 0 comes first, the other way round than RabbitMQ",
        "celery-reference 2.2, X2; celery-verified 8",
    ),
    Capability(
        Topic.DELAY,
        "worker",
        "a delayed task is in a worker's memory, and unacknowledged: the visibility timeout must be longer",
        "celery-reference 2.2, X3",
    ),
    Capability(
        Topic.DEAD_LETTERS,
        False,
        "rejecting without requeue deletes, so what failed for good is acknowledged",
        "celery-reference 2.3, X6c; kombu/transport/redis.py: QoS.reject",
    ),
    Capability(Topic.FAN_OUT, True, "publish and subscribe, to whoever is connected", "celery-reference 2.2"),
    Capability(
        Topic.ACKNOWLEDGEMENT,
        "visibility",
        "unacknowledged messages are in a table that workers sweep",
        "celery-reference 2.3; kombu/transport/redis.py: unacked_index",
    ),
    Capability(
        Topic.REDELIVERY,
        "after the visibility timeout",
        "a worker that is told to stop returns its messages at once; one that is killed does not",
        "celery-reference 2.3, X10b",
    ),
    Capability(
        Topic.REPLY_QUEUES,
        True,
        "rpc works: its queues expire",
        "kombu/transport/redis.py: x-expires; run in our stacks",
    ),
    Capability(
        Topic.TLS,
        "verified",
        "rediss:// with ssl_cert_reqs=required; without it nothing is checked",
        "celery-reference 2.1, X7, R82",
    ),
    Capability(
        Topic.AUTHENTICATION,
        "password, user and password, credential provider",
        "a provider is asked again for each connection, so that tokens can rotate",
        "celery-reference 2.1; kombu/transport/redis.py: credential_provider",
    ),
    Capability(
        Topic.MESSAGE_SIZE, 512 * 1024 * 1024, "below 100 KB in practice: it is all in memory", "celery-reference 2.4"
    ),
    Capability(
        Topic.AVAILABILITY,
        "nothing by itself; Sentinel or a managed endpoint",
        "a restart keeps all but the last second, with the append-only file",
        "celery-reference 2.1; celery-verified 12",
    ),
    Capability(Topic.FORK, "safe", "children make connections of their own", "run in our stacks"),
)
OPTIONS = (
    Setting(
        "worker_enable_prefetch_count_reduction",
        "False",
        "after a lost connection the tasks that go on count as prefetched already; twice, and processes would be idle",
        "celery/worker/consumer/consumer.py; decision 0028",
    ),
    Setting(
        "broker_transport_options.visibility_timeout",
        "1.2 × (two runs and the longest delay)",
        "any shorter, and long tasks and countdowns run twice; any longer, and a killed worker's tasks wait longer",
        "celery-reference R01, R02, X3",
        unit="seconds",
        rules=("R01", "R02", "R03"),
    ),
    Setting(
        "broker_transport_options.unacked_restore_interval",
        "15",
        "a killed worker's messages are looked for every 15 s instead of every 100",
        "celery-reference R05; kombu/transport/redis.py",
        unit="seconds",
        rules=("R05",),
    ),
    Setting(
        "broker_transport_options.unacked_restore_throttle",
        "1",
        "no sweep is left out",
        "celery-reference R05; kombu/transport/redis.py",
        rules=("R05",),
    ),
    Setting(
        "broker_transport_options.unacked_mutex_expire",
        "15",
        "the lock of a worker that was killed during a sweep would stay for 300 s",
        "kombu/transport/redis.py",
        unit="seconds",
    ),
    Setting(
        "broker_transport_options.socket_timeout",
        "10",
        "a connection that was cut without a word blocks publishers and workers for ever",
        "celery-reference R33, X19",
        unit="seconds",
        rules=("R33",),
    ),
    Setting(
        "broker_transport_options.socket_connect_timeout",
        "5",
        "a dead host would block for minutes",
        "celery-reference R33, X19",
        unit="seconds",
        rules=("R33",),
    ),
    Setting(
        "broker_transport_options.socket_keepalive",
        "True",
        "the kernel finds dead connections",
        "celery-reference R33",
        rules=("R33",),
    ),
    Setting(
        "broker_transport_options.health_check_interval",
        "10",
        "idle connections are tried before they are used",
        "celery-reference 2.1, X19",
        unit="seconds",
    ),
    Setting(
        "broker_transport_options.priority_steps",
        "the priorities of the topology",
        "one list for each priority that is used, instead of four",
        "celery-reference 2.2, X2",
    ),
    Setting(
        "broker_transport_options.sep",
        '":"',
        "names of lists that people and monitors can read",
        "celery-reference 2.4",
    ),
    Setting(
        "broker_transport_options.global_keyprefix",
        "the project's name and ':'",
        "two projects in one database stay apart",
        "celery-reference R04, R70",
        rules=("R04", "R70"),
    ),
    Setting(
        "broker_use_ssl",
        "with rediss://, a table with certificates that are required; otherwise False",
        "rediss:// alone checks no certificate, and True is no TLS at all",
        "celery-reference R82, X7; kombu/transport/redis.py",
        rules=("R82",),
    ),
    Setting(
        "redbeat_redis_use_ssl",
        "the broker's",
        "RedBeat has connections of its own",
        "celery-redbeat",
        rules=("R82",),
    ),
    Setting(
        "redbeat_redis_url",
        "the broker's",
        "beat keeps its lock and its last runs where the queues are",
        "docs/decisions/0007",
    ),
    Setting(
        "redbeat_redis_options",
        "timeouts as above",
        "RedBeat has connections of its own, for which the broker's timeouts do not count",
        "celery-reference R33",
        unit="seconds",
    ),
    Setting(
        "redbeat_key_prefix", "the project's name", "two projects in one database stay apart", "celery-verified 10"
    ),
    Setting("redbeat_lock_key", "the project's name", "each project has its own leader", "celery-verified 10"),
    Setting(
        "redbeat_lock_timeout",
        "30",
        "if the leader dies, another one leads after this and one beat_max_loop_interval",
        "celery-verified 10",
        unit="seconds",
        rules=("R45",),
    ),
)
VERSIONS = (
    Requirement(
        "redis", ">=6.4", "Celery's extra asks for it; the transport refuses less than 6.1", "kombu's METADATA"
    ),
    Requirement(
        "redis-server", ">=6.2", "the sweep uses ZRANGE … BYSCORE", "celery-reference 1; kombu/transport/redis.py"
    ),
    Requirement(
        "celery-batches", "!=0.11", "it asks for celery<5.7, and pip takes Celery back to 5.6", "celery-verified 11"
    ),
)

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
    family="redis",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
    hosts=Hosts.ONE,
    tls=tls.REDIS,
)
