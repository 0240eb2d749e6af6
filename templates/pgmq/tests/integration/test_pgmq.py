{% import "partials/python.jinja" as python with context %}
"""What is PostgreSQL's own: lost connections, rights, messages that nobody acknowledges."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from kombu import Connection
from psycopg.sql import SQL, Identifier

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.ops.backlog import Backlog, read_depths
from {{ cookiecutter._project.package }}.reliability import session
{{ python.import_own("reliability.tables", ["TablesMissingError", "queue_table"]) }}
from {{ cookiecutter._project.package }}.settings import get_settings
{{ python.import_own("topology", (["BEAT_TABLE"] if cookiecutter._components.beat else []) + ["DEAD_LETTER_QUEUE", "DEFAULT_QUEUE", "MAX_RECEIVES", "QUEUES"]) }}

from tests.integration import probes
from tests.integration.conftest import Workers
from tests.integration.journal import Journal, eventually

DEFAULT = DEFAULT_QUEUE.key
TABLE = queue_table(DEFAULT_QUEUE.name)
ROLE = "{{ cookiecutter._project.package }}_tests_worker"
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@contextmanager
def server() -> Iterator[session.Connection]:
    """Connect to the database of the tests, beside Celery."""
    url = get_settings().broker_url.get_secret_value()
    with session.Connection.connect(session.conninfo(url), autocommit=True) as connection:
        yield connection


def backlog(connection: Connection) -> Backlog:
    return read_depths(connection, [DEFAULT_QUEUE.name]).backlogs[DEFAULT_QUEUE.name]


def test_a_task_outlives_the_connection_and_is_acknowledged_on_the_next(
    workers: Workers, journal: Journal
) -> None:
    workers.start(DEFAULT, "--concurrency=1")
    probes.held.delay("first")
    journal.wait_for("holding", label="first")

    with server() as postgresql:
        postgresql.execute(OTHERS)
    journal.release()
    journal.wait_for("ran", label="first")
    probes.record[DEFAULT].delay("second")

    journal.wait_for("ran", label="second")
    with app.connection_for_read() as connection:
        eventually(lambda: backlog(connection) == Backlog(0), within=10)
    assert len(journal.entries("ran")) == 2


def test_what_has_not_begun_returns_when_the_connection_is_lost(
    workers: Workers, journal: Journal
) -> None:
    workers.start(DEFAULT, "--concurrency=1", "--prefetch-multiplier=3")
    for label in ("first", "second", "third"):
        probes.held.delay(label)
    journal.wait_for("holding", label="first")

    with server() as postgresql:
        eventually(lambda: _unacknowledged(postgresql) == 3, within=10)
        postgresql.execute(OTHERS)
    journal.release()

    ran = journal.wait_for("ran", count=3, within=30)
    assert sorted(run["label"] for run in ran) == ["first", "second", "third"]


def _unacknowledged(postgresql: session.Connection) -> int:
    query = SQL("SELECT count(*) FROM {} WHERE read_ct > 0 AND vt > now()")
    (row,) = postgresql.execute(query.format(TABLE))
    return int(row[0])


def test_a_message_that_nobody_acknowledges_is_a_dead_letter_in_the_end(
    workers: Workers, journal: Journal
) -> None:
    probes.record[DEFAULT].delay("deadly")
    with server() as postgresql:
        postgresql.execute(SQL("UPDATE {} SET read_ct = {}").format(TABLE, MAX_RECEIVES))

    workers.start(DEFAULT)
    probes.record[DEFAULT].delay("harmless")

    journal.wait_for("ran", label="harmless")
    assert [run["label"] for run in journal.entries("ran")] == ["harmless"]
    with app.connection_for_read() as connection:
        assert read_depths(connection, []).dead_letters == 1


def test_a_worker_survives_a_queue_that_somebody_drops(workers: Workers, journal: Journal) -> None:
    workers.start(DEFAULT)

    with server() as postgresql:
        postgresql.execute(SQL("DROP TABLE {}").format(TABLE))
    # This connection makes it again, or the worker's next one.
    with app.connection_for_write() as connection:
        probes.record[DEFAULT].apply_async(["later"], connection=connection)

    journal.wait_for("ran", label="later", within=40)


def test_purge_leaves_what_workers_have(workers: Workers, journal: Journal) -> None:
    workers.start(DEFAULT, "--concurrency=1", "--prefetch-multiplier=1")
    probes.held.delay("held")
    journal.wait_for("holding")
    probes.record[DEFAULT].delay("waits")
    probes.record[DEFAULT].apply_async(["later"], countdown=60)

    with app.connection_for_write() as connection:
        assert backlog(connection).unacked == 1
        assert connection.default_channel.queue_purge(DEFAULT_QUEUE.name) == 2
        assert backlog(connection) == Backlog(0, unacked=1)


def test_a_server_that_says_nothing_is_lost_in_time(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workers
    monkeypatch.setattr(session, "ANSWER_TIMEOUT", 1)
    mine = session.Session(get_settings().broker_url.get_secret_value())
    with (
        pytest.raises(psycopg.OperationalError, match="no answer within 1 s"),
        mine.connection() as connection,
    ):
        connection.execute("SELECT pg_sleep(20)")
    assert mine.lost
    with mine.connection() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    mine.close()


@pytest.fixture
def restricted(workers: Workers) -> Iterator[str]:
    """Return the URL of a user with the rights that README.md names, and no others."""
    assert workers
    names = [*(queue.name for queue in QUEUES.values()), DEAD_LETTER_QUEUE]
    tables = [*map(queue_table, names){{ ", Identifier(BEAT_TABLE)" if cookiecutter._components.beat }}]
    role = Identifier(ROLE)
    with server() as postgresql:
        _drop(postgresql)
        for grant in (
            "CREATE ROLE {role} LOGIN PASSWORD 'worker'",
            "GRANT USAGE ON SCHEMA pgmq TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {role}",
        ):
            postgresql.execute(SQL(grant).format(role=role, tables=SQL(", ").join(tables)))
        url = urlsplit(get_settings().broker_url.get_secret_value())
        host = url.netloc.rpartition("@")[2]
        yield url._replace(netloc=f"{ROLE}:worker@{host}").geturl()
        _drop(postgresql)


def _drop(postgresql: session.Connection) -> None:
    (row,) = postgresql.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [ROLE])
    if row[0]:
        postgresql.execute(SQL("DROP OWNED BY {}").format(Identifier(ROLE)))
        postgresql.execute(SQL("DROP ROLE {}").format(Identifier(ROLE)))


def test_a_worker_needs_no_rights_but_those_to_the_queues(
    restricted: str, workers: Workers, journal: Journal
) -> None:
    workers.start(DEFAULT, BROKER_URL=restricted)
    probes.flaky.delay(failures=1)
    probes.broken.delay()

    journal.wait_for("succeeded", task="probes.flaky")
    with app.connection_for_read() as connection:
        eventually(lambda: read_depths(connection, []).dead_letters == 1, within=20)


def test_a_worker_without_rights_names_the_command_that_makes_what_is_missing(
    restricted: str,
) -> None:
    with server() as postgresql:
        postgresql.execute(SQL("DROP TABLE {}").format(TABLE))
    with (
        app.connection_for_write(restricted) as connection,
        pytest.raises(TablesMissingError, match=r"permission denied .* create-queues"),
    ):
        connection.connect()
