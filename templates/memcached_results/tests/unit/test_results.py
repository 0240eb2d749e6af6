"""Results in memcached, as far as no server is needed."""

import os
from collections.abc import Iterator

import pytest
from celery import states
from kombu.exceptions import EncodeError

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.results import MOST_BYTES, ResultBackend

from tests.in_process import in_memory


@pytest.fixture(autouse=True)
def _no_server() -> Iterator[None]:
    with in_memory(app):
        yield


def test_memcached_is_used_through_the_class_of_this_project() -> None:
    assert type(app.backend) is ResultBackend


def test_a_child_process_makes_a_connection_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = ResultBackend(app, url="memcached://localhost:1/")
    of_the_parent = backend.client
    assert backend.client is of_the_parent

    monkeypatch.setattr(os, "getpid", lambda: -1)

    assert backend.client is not of_the_parent
    backend.close()


def test_a_result_that_is_too_large_is_an_error_of_its_task() -> None:
    with pytest.raises(EncodeError, match=f"{MOST_BYTES} bytes at most"):
        app.backend.store_result("a-task", "a" * MOST_BYTES, states.SUCCESS)


@pytest.mark.parametrize(
    ("error", "again"),
    [(ConnectionRefusedError(), True), (TimeoutError(), True), (KeyError(), False)],
)
def test_what_a_restart_of_the_server_may_cause_is_tried_again(
    error: Exception, again: bool
) -> None:
    assert app.backend.exception_safe_to_retry(error) is again
