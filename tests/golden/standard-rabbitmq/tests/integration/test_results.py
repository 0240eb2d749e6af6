"""What is written to the real database, and what is read from it."""

import pickle
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from celery import states
from celery.result import AsyncResult
from kombu.exceptions import DecodeError

from standard_rabbitmq.app import app
from standard_rabbitmq.ops.backend import round_trip

from tests.in_process import connected_to
from tests.result_rows import change, remove

#: Beyond the 64 KiB of the smallest column type that a database may choose for bytes and text.
LARGE = 1_000_000


class Intrusion:
    """A value that makes a file when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.trace,)


@pytest.fixture
def task_id(broker_url: str, result_backend_url: str) -> Iterator[str]:
    """Return the id of a task that left a result, and nothing of it behind."""
    task_id = str(uuid4())
    with connected_to(app, broker_url, result_backend_url):
        app.backend.store_result(task_id, "kept", states.SUCCESS)
        yield task_id
        remove(task_id)


def test_code_in_the_database_is_not_run(task_id: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    change(task_id, result=pickle.dumps(Intrusion(trace)))

    with pytest.raises(DecodeError):
        AsyncResult(task_id).get(timeout=10)

    assert not trace.exists()
    pickle.loads(pickle.dumps(Intrusion(trace)))  # noqa: S301  (it would have been)
    assert trace.exists()


def test_a_large_result_and_a_large_traceback_are_kept_whole(task_id: str) -> None:
    remove(task_id)
    text = "a" * LARGE

    app.backend.store_result(task_id, ValueError(text), states.FAILURE, traceback=text)

    stored = AsyncResult(task_id)
    assert (str(stored.result), stored.traceback) == (text, text)


def test_cleanup_deletes_what_has_expired_and_nothing_else(task_id: str) -> None:
    app.backend.cleanup()
    assert AsyncResult(task_id).state == states.SUCCESS

    expired = timedelta(seconds=app.conf.result_expires + 60)
    change(task_id, date_done=datetime.now(timezone.utc) - expired)
    app.backend.cleanup()
    assert AsyncResult(task_id).state == states.PENDING


def test_health_writes_reads_and_deletes(task_id: str) -> None:
    assert round_trip(app) == "a row was written, read and deleted"
    assert AsyncResult(task_id).get(timeout=10) == "kept"
