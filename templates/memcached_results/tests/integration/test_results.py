"""What the real memcached keeps, and for how long."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from celery import states
from celery.result import AsyncResult

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.ops.backend import round_trip
from {{ cookiecutter._project.package }}.reliability.results import MOST_BYTES

from tests.in_process import connected_to


@pytest.fixture
def task_id(broker_url: str, result_backend_url: str) -> Iterator[str]:
    """Return the id of a task, and leave no result of it behind."""
    task_id = str(uuid4())
    with connected_to(app, broker_url, result_backend_url):
        yield task_id
        AsyncResult(task_id).forget()


def test_the_largest_result_that_is_not_refused_is_kept_whole(task_id: str) -> None:
    # Beside the value, the stored text has the state, the id and the time.
    text = "a" * (MOST_BYTES - 300)

    app.backend.store_result(task_id, text, states.SUCCESS)

    assert AsyncResult(task_id).get(timeout=10) == text


def test_health_writes_reads_and_deletes(task_id: str) -> None:
    app.backend.store_result(task_id, "kept", states.SUCCESS)

    assert round_trip(app) == "a key was written, read and deleted"

    assert AsyncResult(task_id).get(timeout=10) == "kept"
