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


{% include "backend/test_results_backend.py" %}


{% include "backend/test_results_read.py" %}


def test_a_bucket_that_is_missing_is_an_error(backend: Backend) -> None:
    backend.bucket_name = f"none-{uuid4()}"
    with pytest.raises(ClientError, match="NoSuchBucket"):
        backend.get("a-key")


@pytest.mark.usefixtures("backend")
def test_health_writes_and_reads_something() -> None:
    assert round_trip(app) == "something was written, read and deleted"
