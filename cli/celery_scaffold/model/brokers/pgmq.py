"""PGMQ: queues that are tables of PostgreSQL."""

from __future__ import annotations

from celery_scaffold.model import services, tls
from celery_scaffold.model.brokers.broker import UNLIMITED, Broker
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
from celery_scaffold.model.hosts import Hosts
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

_SOURCE = "kombu/transport/pgmq.py of 5.7"
_RUN = "templates/pgmq/tests/integration"
CAPABILITIES = (
    Capability(
        Topic.REMOTE_CONTROL,
        False,
        "its queue name is too long for PGMQ, and a broadcast calls a function that does not exist",
        "celery-reference X23b; pgmq.sql 1.13: no send_topic(routing_key, msg, headers)",
    ),
    Capability(Topic.EVENTS, False, "no monitor sees tasks; Flower shows nothing", "celery-reference 2.2, X23b"),
    Capability(
        Topic.PRIORITY, "none", "what is urgent needs a queue and a worker of its own", "pgmq.sql: read by msg_id"
    ),
    Capability(
        Topic.DELAY,
        "broker",
        "PostgreSQL holds a message until its countdown is over, for as long as it takes",
        _SOURCE + ", _pgmq_send_kwargs: DelaySeconds; run in our suites",
    ),
    Capability(
        Topic.DEAD_LETTERS,
        True,
        "the project moves what is rejected, and what was delivered too often, in one statement",
        "docs/decisions/0050-pgmq.md; " + _RUN,
    ),
    Capability(Topic.FAN_OUT, False, "send_topic with headers does not exist in PGMQ's SQL", "celery-reference X23b"),
    Capability(
        Topic.ACKNOWLEDGEMENT,
        "visibility",
        "an unacknowledged message is invisible for the visibility timeout that its reader asked for",
        "celery-reference 2.3, X23; " + _SOURCE,
    ),
    Capability(
        Topic.REDELIVERY,
        "after the visibility timeout",
        "a worker that is told to stop returns its messages at once; one that is killed does not",
        "celery-reference X23; tests/generated/test_integration.py",
    ),
    Capability(
        Topic.REPLY_QUEUES, False, "queues never expire: each sender would leave two tables", "pgmq.sql: create"
    ),
    Capability(
        Topic.TLS,
        "verified",
        "sslmode=verify-full in the URL; kombu's own transport drops it",
        "pgmq/base.py: dsn has five fields; postgresql.org/docs/17/libpq-ssl.html",
    ),
    Capability(
        Topic.AUTHENTICATION,
        "password, client certificate",
        "whatever libpq knows; a password in a file is read for each connection",
        "docs/decisions/0050-pgmq.md; certificates of clients were run by hand",
    ),
    Capability(
        Topic.MESSAGE_SIZE,
        255 * 1024 * 1024,
        "a string in a jsonb; below 100 KB in practice, as every message is written to the log of PostgreSQL",
        "PostgreSQL, src/include/utils/jsonb.h: JENTRY_OFFLENMASK; not run",
    ),
    Capability(
        Topic.AVAILABILITY,
        "what the server is set up for",
        "messages are rows: replicated, backed up and restored with everything else",
        "libpq: several hosts in a URL; not run",
    ),
    Capability(Topic.FORK, "safe", "children make connections of their own", "run in our suites"),
)
OPTIONS = (
    Setting(
        "worker_enable_remote_control",
        "False",
        "each worker would leave the tables of a mailbox for ever, and no question reaches it",
        "celery-reference R18, X23b",
        rules=("R18",),
    ),
    Setting(
        "worker_cancel_long_running_tasks_on_connection_loss",
        "False",
        "a task that is ended would run again after the visibility timeout only",
        "docs/decisions/0009",
    ),
    Setting(
        "broker_transport_options.polling_interval",
        "0.2",
        "how long a message waits for a worker that is idle; one small query each time",
        "docs/decisions/0050-pgmq.md",
        unit="seconds",
    ),
)
VERSIONS = (
    Requirement("postgresql-server", ">=14", "what PGMQ's SQL is written for", "pgmq's README; our suites run 17"),
    Requirement("kombu", ">=5.7", "the first one with this transport", "kombu's changelog"),
    Requirement("pgmq", ">=1.1.4,<2", "the client, which brings PGMQ's SQL for servers without the extension", "run"),
)

PGMQ = Broker(
    kind="pgmq",
    label="PostgreSQL (PGMQ)",
    why="no server beside PostgreSQL; no remote control and no priorities, a killed worker's task waits",
    verdict=Verdict.CAVEATS,
    proof=Proof.SERVER,
    folders=("own_transport", "pgmq"),
    schemes=("pgmq",),
    url_example="pgmq://{package}:${POSTGRES_PASSWORD}@localhost:5432/{package}",
    extras=(),
    requirements=("kombu[pgmq]>=5.7,<5.8", "pgmq>=1.1.4,<2", "psycopg[binary]>=3.2,<4"),
    beat_requirements=(),
    untyped_packages=(),
    untyped_beat_packages=(),
    services=(services.POSTGRES,),
    environment=(),
    dead_letters=True,
    priority="none: one queue for each urgency",
    evidence="celery-reference 2.2, 2.3, X23, X23b; kombu/transport/pgmq.py of 5.7; docs/decisions/0050-pgmq.md",
    login_imports=("from psycopg.conninfo import conninfo_to_dict",),
    user_in_url=True,
    tls=tls.PGMQ,
    own_folders=("pgmq",),
    # PGMQ's tables are called after the queues, and kombu would replace anything else behind our back.
    queue_separator="_",
    hyphens=False,
    longest_queue_name=47,
    makes_queues=True,
    native_delay=UNLIMITED,
    family="pgmq",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
    hosts=Hosts.ONE,
)
