"""What the real server keeps, and for how long."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from uuid import uuid4

import pytest
from celery import states
from celery.result import AsyncResult
from kombu.exceptions import EncodeError

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.ops.backend import round_trip

from tests.in_process import connected_to


@pytest.fixture
def task_id(broker_url: str, result_backend_url: str) -> Iterator[str]:
    """Return the id of a task that left a result, and nothing of it behind."""
    task_id = str(uuid4())
    with connected_to(app, broker_url, result_backend_url):
        app.backend.store_result(task_id, "kept", states.SUCCESS)
        yield task_id
        AsyncResult(task_id).forget()


def test_a_large_result_is_kept_whole_and_one_that_is_too_large_fails_its_task(
    task_id: str,
) -> None:
    AsyncResult(task_id).forget()
    text = "a" * 1_000_000

    with pytest.raises(EncodeError):  # of 16 MiB and more
        app.backend.store_result(task_id, 20 * text, states.SUCCESS)
    app.backend.store_result(task_id, text, states.SUCCESS)

    assert AsyncResult(task_id).get(timeout=10) == text


def test_cleanup_deletes_what_has_expired_and_nothing_else(task_id: str) -> None:
    app.backend.cleanup()
    assert AsyncResult(task_id).state == states.SUCCESS

    expired = timedelta(seconds=app.conf.result_expires + 60)
    changed = {"$set": {"date_done": datetime.now(timezone.utc) - expired}}
    app.backend.collection.update_one({"_id": task_id}, changed)
    app.backend.cleanup()
    assert AsyncResult(task_id).state == states.PENDING


def test_health_writes_reads_and_deletes(task_id: str) -> None:
    assert round_trip(app) == "a document was written, read and deleted"
    assert AsyncResult(task_id).get(timeout=10) == "kept"
