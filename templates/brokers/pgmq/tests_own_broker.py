"""The database of the integration tests. They empty its queues, so it must be theirs alone."""

import os
from urllib.parse import SplitResult, quote, urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from {{ cookiecutter._project.package }}.settings import ENV_PREFIX, secret_in_file

#: Made beside that of …BROKER_URL, unless …TEST_BROKER_URL names another.
DATABASE = "{{ cookiecutter._project.package }}_tests"


def own_broker_url() -> str:
    """Return …TEST_BROKER_URL, by default another database on the server of …BROKER_URL."""
    if url := os.environ.get(f"{ENV_PREFIX}TEST_BROKER_URL"):
        return url
    url = os.environ.get(f"{ENV_PREFIX}BROKER_URL") or secret_in_file("broker_url") or ""
    if not url.startswith("pgmq://"):
        url = "{{ cookiecutter._broker.local_url }}"
    return _with_password(urlsplit(url)._replace(path=f"/{DATABASE}")).geturl()


def _with_password(url: SplitResult) -> SplitResult:
    """Put the password that stands beside the URL into it."""
    password = os.environ.get(f"{ENV_PREFIX}BROKER_PASSWORD") or secret_in_file("broker_password")
    if not password:
        return url
    user, _, host = url.netloc.rpartition("@")
    return url._replace(netloc=f"{user}:{quote(password, safe='')}@{host}")


def empty(url: str) -> None:
    """Drop the database, and make it anew with all queues.

    Raises:
        psycopg.Error: the server does not answer, or this user may not make databases.
    """
    # Read when the settings are, and for those tests/conftest.py has to set the broker's URL first.
    from {{ cookiecutter._project.package }}.reliability.session import conninfo
    from {{ cookiecutter._project.package }}.reliability.tables import make_tables

    database = Identifier(urlsplit(url).path.removeprefix("/"))
    with psycopg.connect(conninfo(url, dbname="postgres"), autocommit=True) as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        server.execute(SQL("CREATE DATABASE {}").format(database))
    with psycopg.connect(conninfo(url)) as connection:
        make_tables(connection)
