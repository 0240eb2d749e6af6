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


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_children_do_not_read_on_the_connection_of_their_parent(backend: Backend) -> None:
    keys = [f"test-{uuid4()}" for _ in range(6)]
    for key in keys:
        backend.set(key, key)  # leaves a connection open, which a child inherits

    def read(key: str) -> None:
        os._exit(0 if {backend.get(key) for _ in range(50)} == {key.encode()} else 1)

    fork = get_context("fork")
    children = [fork.Process(target=read, args=(key,)) for key in keys]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * len(keys)


@pytest.mark.usefixtures("backend")
def test_health_writes_and_reads_something() -> None:
    assert round_trip(app) == "something was written, read and deleted"
