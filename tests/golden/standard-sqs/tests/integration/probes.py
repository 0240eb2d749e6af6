"""What the tests put into the workers: `--include=tests.integration.probes`."""

import os
import signal
import time
from contextlib import suppress
from typing import Any

from celery import Task, signals
from celery.exceptions import SoftTimeLimitExceeded

from standard_sqs.app import app
from standard_sqs.topology import QUEUES, WorkQueue

from tests.integration.journal import hold, write


@signals.worker_ready.connect
def _say_ready(sender: Any, **_: Any) -> None:
    write("ready", hostname=sender.hostname)


@signals.worker_shutting_down.connect
def _say_stopping(sender: str, **_: Any) -> None:
    write("stopping", hostname=sender)


@signals.task_success.connect
def _say_succeeded(sender: Task, result: Any, **_: Any) -> None:
    write("succeeded", task=sender.name, result=result)


def _name(queue: WorkQueue) -> str:
    """Return a task name that is routed to this queue, if any is."""
    glob = next((glob for glob in queue.task_globs if glob.endswith("*")), "probes.*")
    return f"{glob[:-1]}probe_{queue.key}"


def _record(self: Task, label: str) -> str:
    write("ran", label=label, hostname=self.request.hostname)
    return str(self.request.hostname)


#: For each queue, a task that says who ran it.
record = {key: app.task(name=_name(queue), bind=True)(_record) for key, queue in QUEUES.items()}


@app.task(name="probes.held")
def held(label: str) -> None:
    """Take as long as the test wants."""
    hold(label)
    write("ran", label=label)


@app.task(
    name="probes.flaky",
    bind=True,
    autoretry_for=(ConnectionError,),
    max_retries=2,
    retry_backoff=1,
    retry_jitter=False,
)
def flaky(self: Task, failures: int) -> None:
    """Fail at first, as with a service that is down for a moment."""
    write("attempt", hostname=self.request.hostname)
    if self.request.retries < failures:
        raise ConnectionError("down for a moment")


@app.task(name="probes.broken", max_retries=0)
def broken() -> None:
    """Fail for good."""
    write("attempt")
    raise ValueError("broken on purpose")


@app.task(name="probes.deadly", bind=True, max_retries=1, default_retry_delay=1)
def deadly(self: Task, deaths: int) -> None:
    """Take its process with it, as a crash of native code or a lack of memory does."""
    write("attempt")
    if self.request.retries < deaths:
        os.kill(os.getpid(), signal.SIGKILL)


@app.task(name="probes.endless", soft_time_limit=1, time_limit=2)
def endless() -> None:
    """Hang, whatever the soft time limit says."""
    write("attempt")
    while True:
        with suppress(SoftTimeLimitExceeded):
            time.sleep(60)
