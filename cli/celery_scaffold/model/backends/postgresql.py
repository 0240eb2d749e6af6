"""PostgreSQL."""

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
        "polling",
        "a task looks once a second whether the header is done",
        "celery-reference 3, X9; celery/app/builtins.py",
    ),
    Capability(
        Topic.EXPIRY,
        "beat",
        "celery.backend_cleanup deletes old rows once a day",
        "celery-reference R26; celery/backends/database",
    ),
    Capability(
        Topic.READERS, "anyone", "whoever has the id of the task, and whoever can read the table", "celery-reference 3"
    ),
    Capability(Topic.WAITING, "polling", "get() looks twice a second", "celery-reference 3, X9"),
    Capability(Topic.ATOMIC_COUNTER, False, "chords are polled instead", "celery/backends/database: no incr"),
    Capability(Topic.IN_MEMORY, False, "rows in a table", "celery-reference 3"),
    Capability(Topic.TLS, "verified", "sslmode=verify-full and sslrootcert in the URL", "celery-reference 3; libpq"),
    Capability(
        Topic.AUTHENTICATION,
        "password, client certificate",
        "whatever libpq knows",
        "celery-reference 3; certificates were not run",
    ),
    Capability(
        Topic.MESSAGE_SIZE, 1073741824, "a field of PostgreSQL; keep results small", "PostgreSQL, Limits; not run"
    ),
    Capability(
        Topic.AVAILABILITY,
        "what the server is set up for",
        "a standby of PostgreSQL, and a URL that names both",
        "libpq; not run",
    ),
    Capability(
        Topic.FORK,
        "safe",
        "a forked child pools no connection",
        "celery/backends/database/session.py; run in our stacks",
    ),
)
# Of every database that Celery reaches through SQLAlchemy.
RETRIES = (
    Setting(
        "database_engine_options",
        "a table; its keys are settings of their own",
        "what SQLAlchemy's engine is told",
        "celery/backends/database/session.py",
    ),
    Setting(
        "database_engine_options.pool_pre_ping",
        "True",
        "a connection that the server has closed is not used",
        "celery/app/defaults.py; Celery's own value, which the table would replace",
    ),
    Setting(
        "database_engine_options.pool_recycle",
        "3600",
        "connections are not kept for ever",
        "celery/app/defaults.py; Celery's own value, which the table would replace",
        unit="seconds",
    ),
    Setting(
        "result_backend_max_retries",
        "10",
        "three tries within a tenth of a second do not outlast a restart of the database",
        "celery-reference 3; celery/backends/database",
        unit="tries",
    ),
    Setting(
        "result_backend_base_sleep_between_retries_ms",
        "100",
        "the first pause between those tries; it doubles",
        "celery/backends/base.py",
        unit="milliseconds",
    ),
)
OPTIONS = (
    *RETRIES,
    Setting(
        "database_engine_options.connect_args",
        "connect_timeout, tcp_user_timeout, keepalives",
        "a statement on a link that was cut without a word would end after a quarter of an hour, not after 30 s",
        "run: container taken off its network, error after 30.5 s",
    ),
)
CONNECT_ARGUMENTS = Setting(
    "database_engine_options.connect_args",
    "connect_timeout, tcp_user_timeout, keepalives",
    "a statement on a link that was cut without a word would end after a quarter of an hour",
    "decision 0022; libpq",
    unit="seconds, tcp_user_timeout in milliseconds",
)
VERSIONS = (
    Requirement("psycopg", ">=3.2,<4", "the driver of the URL db+postgresql+psycopg://", "our stacks"),
    Requirement("sqlalchemy", ">=1.4.54,<2.2", "Celery's extra asks for it", "celery's METADATA"),
)

POSTGRESQL = Backend(
    kind="postgresql",
    label="PostgreSQL",
    why="results you can query and keep; chords by polling; expired rows are removed by beat",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("sql", "postgresql"),
    own_class="sql_results",
    schemes=("db+postgresql+psycopg",),
    url_example="db+postgresql+psycopg://{package}:${POSTGRES_PASSWORD}@localhost:5432/{package}",
    extras=("sqlalchemy",),
    requirements=("psycopg[binary]>=3.2,<4",),
    services=(services.POSTGRES,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=True,
    login_imports=("from sqlalchemy import Engine, event",),
    evidence="celery-reference 3 (database), R26",
    family="postgresql",
    capabilities=CAPABILITIES,
    options=(*OPTIONS, CONNECT_ARGUMENTS),
    versions=VERSIONS,
    hosts=Hosts.ONE,
    tls=tls.POSTGRESQL,
)
