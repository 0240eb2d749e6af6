"""How long a task that is due now waits behind one with a countdown."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

from advice.servers import wait, worker

if TYPE_CHECKING:
    from pathlib import Path

COUNTDOWN = 10
APP = """
from celery import Celery
from kombu import Exchange, Queue

app = Celery("tasks", broker="amqp://guest:guest@{address}//")
app.conf.worker_prefetch_multiplier = 1
app.conf.task_acks_late = True
app.conf.task_default_queue = "my-queue"
{settings}


@app.task(name="tasks.show")
def show(text):
    print(text)
"""


def seconds_behind_a_countdown(directory: Path, address: str, settings: str) -> float:
    """Send two tasks with a countdown of `COUNTDOWN` seconds and one without to a worker that runs one at a time.

    Args:
        directory: where the application is written; must not exist.
        address: of RabbitMQ.
        settings: Python that says what the queue `my-queue` is, given `app`, `Exchange` and `Queue`.

    Returns:
        The seconds until the one without a countdown has begun.
    """
    directory.mkdir()
    (directory / "tasks.py").write_text(APP.format(address=address, settings=settings))
    with worker(directory, "tasks", "-Q", "my-queue") as log:
        send = "from tasks import show; show.apply_async(('now',)"
        late = f"{send}, countdown={COUNTDOWN}); show.apply_async(('late',), countdown={COUNTDOWN})".replace(
            "now", "late"
        )
        subprocess.run([sys.executable, "-c", late], cwd=directory, check=True, capture_output=True)
        time.sleep(1)
        start = time.monotonic()
        subprocess.run([sys.executable, "-c", send + ")"], cwd=directory, check=True, capture_output=True)
        wait(lambda: "] now" not in log.read_text(), 3 * COUNTDOWN)
        return time.monotonic() - start
