"""Results in DynamoDB: what the project's own backend does that Celery's does not."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from celery import states
from kombu.exceptions import EncodeError

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.ops.backend import round_trip
from {{ cookiecutter._project.package }}.reliability.results import LARGEST_RESULT, Backend

from tests.in_process import connected_to


{% include "backend/test_results_backend.py" %}


def test_a_large_result_is_taken_and_one_that_is_too_large_refused(backend: Backend) -> None:
    key = f"test-{uuid4()}"
    # An emulator may count what is on the wire, which is a third more.
    large = b"x" * (LARGEST_RESULT * 7 // 10)
    backend.set(key, large)
    assert backend.get(key) == large
    with pytest.raises(EncodeError, match="return where"):
        backend.set(key, b"x" * (LARGEST_RESULT + 1))
    backend.delete(key)
    assert backend.get(key) is None


def test_every_item_has_a_time_to_live(backend: Backend) -> None:
    task, group = str(uuid4()), str(uuid4())
    backend.store_result(task, "done", states.SUCCESS)
    backend._apply_chord_incr([group, []], None)
    for key in (backend.get_key_for_task(task), backend.get_key_for_chord(group)):
        request = backend._prepare_get_request(str(key))
        item = backend.client.get_item(**request)["Item"]
        lifetime = int(item["ttl"]["N"]) - float(item["timestamp"]["N"])
        assert lifetime == pytest.approx(app.conf.result_expires, abs=2)


@pytest.mark.usefixtures("backend")
def test_health_writes_and_reads_something() -> None:
    assert round_trip(app) == "something was written, read and deleted"
