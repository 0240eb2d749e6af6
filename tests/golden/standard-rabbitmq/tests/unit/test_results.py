"""Results in a database, a file here."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from celery import states
from celery.result import AsyncResult

from standard_rabbitmq.app import app
from standard_rabbitmq.ops.backend import round_trip
from standard_rabbitmq.reliability.results import ResultBackend

from tests.in_process import connected_to
from tests.result_rows import rows


@pytest.fixture(autouse=True)
def _database(tmp_path: Path) -> Iterator[None]:
    url = f"db+sqlite:///{tmp_path}/results.sqlite"
    with connected_to(app, "memory://localhost/", url, database_engine_options={}):
        yield


def test_every_database_is_read_by_the_class_of_this_project() -> None:
    assert type(app.backend) is ResultBackend


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Tokyo"])
def test_a_result_is_dated_in_utc_wherever_the_schedule_is(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    # Cached on the application.
    monkeypatch.delattr(app, "timezone", raising=False)
    monkeypatch.setitem(app.conf, "timezone", zone)
    task_id = str(uuid4())

    app.backend.store_result(task_id, "kept", states.SUCCESS)

    done = AsyncResult(task_id).date_done
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    assert timedelta(0) <= now - done < timedelta(minutes=1)
    monkeypatch.delattr(app, "timezone", raising=False)


def test_health_leaves_nothing_behind() -> None:
    assert round_trip(app) == "a row was written, read and deleted"
    assert rows() == 0
