"""MySQL and MariaDB."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.backends.postgresql import RETRIES
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
    Capability(
        Topic.TLS,
        "verified",
        "ssl_ca in the URL: chain and name are verified; the settings refuse a server far away without",
        "tests/generated/test_tls_mysql.py on MariaDB 11.8; pymysql/connections.py, _create_ssl_ctx",
    ),
    Capability(Topic.AUTHENTICATION, "password", "whatever PyMySQL knows", "run on MariaDB 11.8 with a password"),
    Capability(
        Topic.MESSAGE_SIZE,
        16 * 1024 * 1024,
        "max_allowed_packet; Celery's own columns would end at 64 KiB, those of the project do not",
        "decision 0022; run on MariaDB 11.8 with 1 MB",
    ),
    Capability(
        Topic.AVAILABILITY, "what the server is set up for", "a replica, and an address that moves to it", "not run"
    ),
    Capability(
        Topic.FORK,
        "safe",
        "a forked child pools no connection",
        "celery/backends/database/session.py; run in our stacks",
    ),
)
OPTIONS = (
    *RETRIES,
    Setting(
        "database_engine_options.isolation_level",
        "READ COMMITTED",
        "under REPEATABLE READ MariaDB refuses to change a row that has changed since, and inserts can deadlock",
        "decision 0022; MariaDB's error 1020, seen on 11.8",
    ),
    Setting(
        "database_engine_options.connect_args",
        "connect_timeout, read_timeout, write_timeout",
        "a statement on a link that was cut without a word would never end; with these it fails after 30 s",
        "run: container taken off its network, error after 30.0 s",
        unit="seconds",
    ),
)
VERSIONS = (
    Requirement(
        "pymysql",
        ">=1.2,<2",
        "the driver of the URL db+mysql+pymysql://; with [rsa] for the passwords of MySQL's own server",
        "our stacks",
    ),
    Requirement("sqlalchemy", ">=1.4.54,<2.2", "Celery's extra asks for it", "celery's METADATA"),
)

MYSQL = Backend(
    kind="mysql",
    label="MySQL/MariaDB",
    why="results you can query and keep; chords by polling; expired rows are removed by beat",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("sql", "mysql"),
    own_class="sql_results",
    schemes=("db+mysql+pymysql",),
    url_example="db+mysql+pymysql://{package}:${MARIADB_PASSWORD}@localhost:3306/{package}",
    extras=("sqlalchemy",),
    requirements=("pymysql[rsa]>=1.2,<2",),
    services=(services.MARIADB,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=True,
    login_imports=("from sqlalchemy import Engine, event",),
    evidence="celery-reference 3 (database), R26; decision 0022: run on MariaDB 11.8, not on MySQL itself",
    family="mysql",
    url_checks="mysql",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
    hosts=Hosts.ONE,
)
