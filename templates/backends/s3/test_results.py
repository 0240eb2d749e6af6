"""Results in S3: what the project's own backend does that Celery's does not."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from celery import states

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.ops.backend import round_trip
from {{ cookiecutter._project.package }}.reliability.results import Backend

from tests.in_process import connected_to


@pytest.fixture
def backend(broker_url: str, result_backend_url: str) -> Iterator[Backend]:
    with connected_to(app, broker_url, result_backend_url):
        yield Backend(app=app, url=result_backend_url)


def test_a_result_is_read_as_it_was_stored_until_it_is_forgotten(backend: Backend) -> None:
    task = str(uuid4())
    assert backend.get_state(task) == states.PENDING
    backend.store_result(task, {"größe": 1}, states.SUCCESS)
    assert backend.get_result(task) == {"größe": 1}
    backend.forget(task)
    assert backend.get(backend.get_key_for_task(task)) is None


def test_a_bucket_that_is_missing_is_an_error(backend: Backend) -> None:
    backend.bucket_name = f"none-{uuid4()}"
    with pytest.raises(ClientError, match="NoSuchBucket"):
        backend.get("a-key")


@pytest.mark.usefixtures("backend")
def test_health_writes_and_reads_something() -> None:
    assert round_trip(app) == "something was written, read and deleted"
