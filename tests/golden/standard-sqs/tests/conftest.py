"""What any test may ask for: tasks that run in this process, and no server."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest
from celery.app.trace import reset_worker_optimizations
from celery.contrib.testing.worker import TestWorkController, start_worker

from standard_sqs.app import app
from standard_sqs.settings import ENV_PREFIX

from tests.in_process import in_memory
from tests.own_broker import own_broker_url
from tests.strict_eager import StrictEager

# Before anything asks for the configuration, which reads them once. Only the integration tests
# connect to these servers.
os.environ[f"{ENV_PREFIX}BROKER_URL"] = own_broker_url()
if f"{ENV_PREFIX}RESULT_BACKEND_URL_FILE" not in os.environ:
    os.environ.setdefault(f"{ENV_PREFIX}RESULT_BACKEND_URL", "cache+memory://")
# The workers of the tests leave their health files where nobody looks.
os.environ[f"{ENV_PREFIX}RUN_DIR"] = tempfile.mkdtemp()
atexit.register(shutil.rmtree, os.environ[f"{ENV_PREFIX}RUN_DIR"])


@pytest.fixture(scope="session", autouse=True)
def _every_task() -> None:
    """Know all tasks, as a worker does, and not only those of the modules a test imports."""
    app.loader.import_default_modules()


@pytest.fixture
def strict_eager(monkeypatch: pytest.MonkeyPatch) -> Iterator[StrictEager]:
    """Run tasks where they are called, by the rules of a worker."""
    with in_memory(app), app.connection_for_read() as connection:
        strict = StrictEager(app, connection)
        monkeypatch.setattr(app, "send_task", strict.send_task)
        yield strict


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestWorkController]:
    """Run a real worker of all queues, in a thread of this process. Stopping it takes 3 seconds."""
    monkeypatch.delattr(app, "send_task", raising=False)  # see unit/conftest.py
    with in_memory(app):
        # By name: a queue that a worker has cancelled is not consumed by the next one otherwise.
        queues = list(app.amqp.queues)
        with start_worker(app, pool="solo", queues=queues, perform_ping_check=False) as running:
            yield running
        reset_worker_optimizations(app)
