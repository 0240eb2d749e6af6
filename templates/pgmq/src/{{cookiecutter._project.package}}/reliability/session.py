"""A connection to PostgreSQL that fails in time, and is made anew when it was lost."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from threading import RLock
from time import monotonic
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from {{ cookiecutter._project.package }}.credentials import libpq_parameters

#: Seconds for an answer: a server that is frozen keeps its connections and says nothing.
ANSWER_TIMEOUT = 10
#: libpq's, for what the URL does not say; in seconds, but for the second. By default a statement on
#: a link that was cut without a word ends after a quarter of an hour.
DEFAULTS: dict[str, str | int | None] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "application_name": "{{ cookiecutter.project_slug }}",
}


class NoAnswerError(psycopg.OperationalError):
    """PostgreSQL has the connection open and says nothing."""


class Connection(psycopg.Connection[Any]):
    """psycopg's connection, but it does not wait for an answer for ever."""

    def wait(self, gen: Any, *arguments: Any, **options: Any) -> Any:
        try:
            return super().wait(_in_time(gen), *arguments, **options)
        except NoAnswerError:
            # It is in the middle of an answer: nothing more can be asked, not even to roll back.
            self.close()
            raise

    def __del__(self, *_: Any) -> None:
        """Say nothing: kombu drops connections unclosed, and libpq's part of it is closed then."""


class Session:
    """One connection, from its first use to `close`. Threads use it in turn."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = RLock()
        self._connection: Connection | None = None
        self._users = 0

    @property
    def lost(self) -> bool:
        """Whether there is no connection, or none that answers."""
        return self._connection is None or self._connection.closed

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend the connection; this is what the PGMQ client expects of a pool.

        Raises:
            psycopg.OperationalError: it is lost. The next use makes another, but not within a
                block that has borrowed this one: its transaction is lost as well.
        """
        with self._lock:
            if self._connection is None or (self._connection.closed and not self._users):
                self._connection = Connection.connect(conninfo(self._url), autocommit=True)
            self._users += 1
            try:
                yield self._connection
            except psycopg.OperationalError:
                # What the server may still answer is for nobody any more.
                self._connection.close()
                raise
            finally:
                self._users -= 1

    def close(self) -> None:
        """End the connection, if there is one."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()


def conninfo(url: str, **others: str) -> str:
    """What libpq is told about the server of a broker URL, with the password as it is now."""
    return make_conninfo("", **{**DEFAULTS, **libpq_parameters(url), **others})


def _in_time(generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """Pass on a conversation of psycopg with the server, unless it stops."""
    deadline = monotonic() + ANSWER_TIMEOUT
    try:
        wanted = next(generator)
        while True:
            ready = yield wanted
            if not ready and monotonic() > deadline:
                raise NoAnswerError(f"no answer within {ANSWER_TIMEOUT} s")
            wanted = generator.send(ready)
    except StopIteration as end:
        return end.value
