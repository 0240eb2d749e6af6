{% import "partials/python.jinja" as python with context %}
"""What kombu's transport for PGMQ lacks; the integration tests show it with a server."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES
from psycopg.sql import SQL

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.tables import TablesMissingError
{{ python.import_own("reliability.transport", ["ACKNOWLEDGE", "GIVE_UP", "RETURN", "Channel", "Outcome", "outcomes"]) }}
from {{ cookiecutter._project.package }}.topology import DEFAULT_QUEUE

#: Nobody listens there.
NOWHERE = "pgmq://user:a-password@127.0.0.1:9/database?connect_timeout=2"


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A connection that was never made."""
    assert app.conf.broker_transport_options  # which loads config.py
    assert TRANSPORT_ALIASES["pgmq"].endswith(".reliability.transport:Transport")
    with Connection(NOWHERE) as connection:
        yield connection
    outcomes.clear()


@pytest.fixture
def channel(connection: Connection) -> Channel:
    """A channel over which a message has come."""
    channel: Channel = connection.transport.create_channel(connection.transport)
    delivery = {"pgmq_queue": DEFAULT_QUEUE.name, "pgmq_msg_id": 7}
    channel.qos.append(SimpleNamespace(delivery_info=delivery), "tag")
    return channel


def test_postgresql_that_is_away_is_no_connection(connection: Connection) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"127\.0\.0\.1"):
        connection.connect()
    for error in (psycopg.OperationalError, TablesMissingError):
        assert issubclass(error, connection.transport.connection_errors)


def test_the_password_is_not_shown(connection: Connection) -> None:
    assert "a-password" not in connection.as_uri()
    assert connection.as_uri(include_password=True) == NOWHERE


def test_the_database_of_somebody_else_is_not_used(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://other:5432/other")
    assert connection.transport._create_pgmq_client().pool is connection.transport.session


@pytest.mark.parametrize(
    ("end", "statement"),
    [
        (lambda channel: channel.basic_ack("tag"), ACKNOWLEDGE),
        (lambda channel: channel.basic_reject("tag", requeue=True), RETURN),
        (lambda channel: channel.basic_reject("tag", requeue=False), GIVE_UP),
        (lambda channel: channel.close(), RETURN),
    ],
    ids=["acknowledged", "returned", "rejected", "closed"],
)
def test_what_became_of_a_message_waits_for_the_next_connection(
    channel: Channel, end: Any, statement: SQL
) -> None:
    end(channel)
    assert [*outcomes] == [Outcome(DEFAULT_QUEUE.name, 7, statement)]


def test_a_task_that_runs_keeps_its_message_when_the_connection_is_lost(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = SimpleNamespace(message=SimpleNamespace(delivery_tag="tag"))
    monkeypatch.setattr("celery.worker.state.active_requests", [request])
    channel.close()
    assert not outcomes
    # It ends later, when the channel has long been closed.
    channel.basic_ack("tag")
    assert [outcome.statement for outcome in outcomes] == [ACKNOWLEDGE]
