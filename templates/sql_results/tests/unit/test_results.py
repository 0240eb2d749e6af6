"""Results in a database, a file here."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from celery import states
from celery.result import AsyncResult

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.ops.backend import round_trip
from {{ cookiecutter._project.package }}.reliability.results import ResultBackend

from tests.in_process import connected_to
from tests.result_rows import rows

#: In a process that has imported nothing yet. An engine connects when it is used.
LATE_IMPORTS = """
import sys
from sqlalchemy import create_engine
from {{ cookiecutter._project.package }}.app import app
app.conf.result_backend = "{{ cookiecutter._backend.url_example.partition("://")[0] }}:///results"
app.loader.on_worker_init()
before = set(sys.modules)
create_engine(app.conf.result_backend.removeprefix("db+"))
print(sorted(set(sys.modules) - before))
"""


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


def test_what_a_worker_imports_at_its_start_no_task_has_to_wait_for() -> None:
    done = subprocess.run(  # noqa: S603 - a command of our own
        [sys.executable, "-c", LATE_IMPORTS], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_health_leaves_nothing_behind() -> None:
    assert round_trip(app) == "a row was written, read and deleted"
    assert rows() == 0
