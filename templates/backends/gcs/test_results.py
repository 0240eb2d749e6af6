"""Results in Cloud Storage: what the project's own backend does that Celery's does not."""

import os
from collections.abc import Iterator
from multiprocessing import get_context
from typing import Any
from uuid import uuid4

import pytest
from celery import states
from google.api_core.exceptions import NotFound

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.ops.backend import round_trip
from {{ cookiecutter._project.package }}.reliability.results import Backend

from tests.in_process import connected_to


{% include "backend/test_results_backend.py" %}


{% include "backend/test_results_read.py" %}


def test_a_bucket_that_is_missing_is_an_error(backend: Backend) -> None:
    backend.bucket_name = f"none-{uuid4()}"
    with pytest.raises(NotFound):
        backend.get("a-key")
    with pytest.raises(NotFound):
        backend.set("a-key", "a value")


def test_each_thing_takes_one_request(backend: Backend) -> None:
    key, requests = f"test-{uuid4()}", list[str]()

    def note(response: Any, **_: Any) -> None:
        requests.append(response.request.method)

    backend.get(key)  # the first time it looks whether the bucket is there
    backend.client._http.hooks["response"].append(note)
    for _ in range(5):
        assert backend.get(key) is None
    backend.set(key, "a value")
    assert backend.get(key) == b"a value"
    backend.delete(key)
    backend.delete(key)
    assert requests == [*["GET"] * 5, "POST", "GET", "DELETE", "DELETE"]


{% set kept = "{key.encode()}" %}
{% include "backend/test_results_forked.py" %}


@pytest.mark.usefixtures("backend")
def test_health_writes_and_reads_something() -> None:
    assert round_trip(app) == "something was written, read and deleted"
