"""Results in MongoDB, as far as no server is needed."""

from collections.abc import Iterator

import pytest
from pymongo.errors import AutoReconnect, OperationFailure, ServerSelectionTimeoutError

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.results import ResultBackend

from tests.in_process import connected_to


@pytest.fixture
def backend() -> Iterator[ResultBackend]:
    """Return the backend of a server that is not there: it connects when it is asked something."""
    with connected_to(app, "memory://localhost/", "mongodb://localhost:1/results"):
        yield app.backend


def test_mongodb_is_used_through_the_class_of_this_project(backend: ResultBackend) -> None:
    assert type(backend) is ResultBackend


def test_a_child_process_makes_connections_of_its_own(backend: ResultBackend) -> None:
    of_the_parent = backend.database.client

    backend._forget_connection()  # what happens in a child

    assert backend.database.client is not of_the_parent
    of_the_parent.close()


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (AutoReconnect(), True),
        (ServerSelectionTimeoutError(), True),
        (OperationFailure("not authorized"), False),
    ],
)
def test_what_a_restart_of_the_server_may_cause_is_tried_again(
    backend: ResultBackend, error: Exception, again: bool
) -> None:
    assert backend.exception_safe_to_retry(error) is again
