"""A worker takes its first message when a process is there to run it."""

from types import SimpleNamespace
from typing import Any

import pytest
from celery.concurrency.prefork import TaskPool as ProcessPool

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.worker.processes import ProcessesUp


@pytest.mark.parametrize(("hub", "waits"), [(None, True), (object(), False)])
def test_a_worker_without_an_event_loop_waits_for_a_process(hub: object, *, waits: bool) -> None:
    waited: list[float] = []
    pool = ProcessPool(1, app=app)
    pool._pool = SimpleNamespace(apply_async=lambda _: SimpleNamespace(wait=waited.append))
    starting: Any = SimpleNamespace(hub=hub, pool=pool, app=app)
    ProcessesUp(starting).start(starting)
    assert waited == [app.conf.worker_proc_alive_timeout] * waits
