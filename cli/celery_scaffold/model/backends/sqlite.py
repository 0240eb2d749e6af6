"""SQLite."""

from __future__ import annotations

from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.backends.postgresql import RETRIES
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
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
        Topic.READERS, "anyone", "whoever can read the file, on the same machine", "celery-reference 3 (database)"
    ),
    Capability(Topic.WAITING, "polling", "get() looks twice a second", "celery-reference 3, X9"),
    Capability(Topic.ATOMIC_COUNTER, False, "chords are polled instead", "celery/backends/database: no incr"),
    Capability(Topic.IN_MEMORY, False, "rows in a file", "celery-reference 3 (database)"),
    Capability(Topic.TLS, "none", "there is no connection", "SQLite"),
    Capability(Topic.AUTHENTICATION, "none", "the permissions of the file", "SQLite"),
    Capability(Topic.MESSAGE_SIZE, 1_000_000_000, "a value of SQLite; keep results small", "SQLite, Limits; not run"),
    Capability(Topic.AVAILABILITY, "nothing", "the file is on one machine", "SQLite"),
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
        "database_engine_callback",
        "results:prepare",
        "makes the folder, and turns the write-ahead log on, so that reading and writing do not wait for each other",
        "SQLite, Write-Ahead Logging; celery/backends/database/session.py",
    ),
    Setting(
        "database_engine_options.connect_args",
        "timeout: 30",
        "several workers that write at once get `database is locked` after 5 s otherwise",
        "Python, sqlite3.connect",
        unit="seconds",
    ),
)
VERSIONS = (Requirement("sqlalchemy", ">=1.4.54,<2.2", "Celery's extra asks for it", "celery's METADATA"),)

SQLITE = Backend(
    kind="sqlite",
    label="SQLite",
    why="a file and no server, on one machine; chords by polling; expired rows are removed by beat",
    verdict=Verdict.DEVELOPMENT,
    proof=Proof.SERVER,
    folders=("sql", "sqlite"),
    own_class="sql_results",
    schemes=("db+sqlite",),
    url_example="db+sqlite:///var/results.sqlite",
    extras=("sqlalchemy",),
    requirements=(),
    services=(),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=True,
    evidence="celery-reference 3 (database), R26",
    family="sqlite",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
)
