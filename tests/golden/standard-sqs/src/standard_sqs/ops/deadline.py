"""Questions to servers that may be frozen, with a bound on the time spent asking."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from time import monotonic
from typing import Generic, TypeVar

from kombu import Connection

from standard_sqs.ops.console import one_line

T = TypeVar("T")


@dataclass(frozen=True)
class Deadline:
    """A moment, `timeout` seconds from its making, after which nobody waits any longer."""

    timeout: float
    started: float = field(default_factory=monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return monotonic() - self.started

    @property
    def remaining(self) -> float:
        """Seconds that are left; never negative."""
        return max(0.0, self.timeout - self.elapsed)


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What came of a question.

    Attributes:
        value: None when there was a problem.
        problem: why there is no value, in one line; empty when there is one.
        seconds: how long it took.
    """

    value: T | None
    problem: str
    seconds: float


class Question(Generic[T]):
    """A call in a thread of its own.

    The thread is a daemon: one that hangs in a socket cannot hold up the end of the process. No
    timeout of a client library promises that for every moment in the life of a connection.
    """

    def __init__(self, call: Callable[[], T]) -> None:
        self._answer: Future[Answer[T]] = Future()
        Thread(target=self._ask, args=(call,), daemon=True).start()

    def answer(self, deadline: Deadline) -> Answer[T]:
        """Wait for the answer; that none came in time is an answer as well."""
        wait([self._answer], deadline.remaining)
        if self._answer.done():
            return self._answer.result()
        return Answer(None, f"no answer within {deadline.timeout:g} s", deadline.elapsed)

    def _ask(self, call: Callable[[], T]) -> None:
        started = monotonic()
        try:
            answer = Answer(call(), "", monotonic() - started)
        # Whatever a driver raises is the answer, and so is the exit that wrong settings ask for.
        except (Exception, SystemExit) as error:  # noqa: BLE001
            answer = Answer(None, one_line(error), monotonic() - started)
        self._answer.set_result(answer)


@contextmanager
def connected(connection: Connection) -> Iterator[Connection]:
    """Connect now or fail: these commands report an outage, they do not wait for its end."""
    with connection:
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        yield connection
