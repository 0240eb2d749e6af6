"""The tables on PostgreSQL: which are missing, and how they are made."""

from typing import Any

import psycopg
from pgmq import get_embedded_install_sql
from psycopg.sql import {{ "SQL, Identifier" if cookiecutter._components.beat else "Identifier" }}

from {{ cookiecutter._project.package }} import topology


class TablesMissingError(ConnectionError):
    """A queue is not there, and this user may not make it; workers try to connect again."""


def queue_table(queue: str) -> Identifier:
    """The table of a queue, for a statement."""
    return Identifier("pgmq", f"q_{queue}")


def missing_tables(connection: psycopg.Connection[Any]) -> list[str]:
    """What is to be made before anything can be sent."""
    names = [f"pgmq.q_{queue}" for queue in topology.queue_names()]
{% if cookiecutter._components.beat %}
    names.append(topology.BEAT_TABLE)
{% endif %}
    found = connection.execute(
        "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NULL", [names]
    )
    return [name for (name,) in found]


def make_tables(connection: psycopg.Connection[Any]) -> None:
    """Make all that is missing: PGMQ, the queues{% if cookiecutter._components.beat %} and the record of beat{% endif %}.

    Raises:
        TablesMissingError: this user may not.
    """
    try:
        with connection.transaction():
            # Of several that do this at once, the others find it done.
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('pgmq'))")
            _install(connection)
            for queue in topology.queue_names():
                connection.execute("SELECT pgmq.create(%s)", [queue])
{% if cookiecutter._components.beat %}
            connection.execute(SQL(_BEAT).format(table=Identifier(topology.BEAT_TABLE)))
{% endif %}
    except psycopg.errors.InsufficientPrivilege as error:
        raise TablesMissingError(
            f"queues are missing, and {error.diag.message_primary}:"
            " `python -m {{ cookiecutter._project.package }} create-queues`"
            " as a user who may make them"
        ) from None


def _install(connection: psycopg.Connection[Any]) -> None:
    """Install PGMQ: as an extension where the server has it, otherwise from the client's SQL."""
    found = connection.execute(
        "SELECT to_regclass('pgmq.meta') IS NOT NULL,"
        " EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pgmq')"
    )
    for is_installed, is_extension in found:
        if is_extension and not is_installed:
            connection.execute("CREATE EXTENSION pgmq")
        elif not is_installed:
            connection.execute(get_embedded_install_sql().encode())
{% if cookiecutter._components.beat %}


# One row, which says who leads and when each entry last ran.
_BEAT = """
CREATE TABLE IF NOT EXISTS {table} (
    id integer PRIMARY KEY CHECK (id = 1),
    leader text,
    leads_until timestamptz NOT NULL,
    runs jsonb NOT NULL
);
INSERT INTO {table} VALUES (1, NULL, clock_timestamp(), jsonb_build_object()) ON CONFLICT DO NOTHING
"""
{% endif %}
