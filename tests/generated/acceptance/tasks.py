"""What the acceptance suite puts into the workers of a project: `--include=tasks`, beside `driver.py`."""

from __future__ import annotations

import json
import os
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from celery import signals

PACKAGE = os.environ["ACCEPTANCE_PACKAGE"]
app = import_module(f"{PACKAGE}.app").app
QUEUES = import_module(f"{PACKAGE}.topology").QUEUES


def write(event: str, **fields: Any) -> None:
    """Add a line to the journal; several processes may do so at once."""
    line = json.dumps({"event": event, "at": time.time(), **fields}) + "\n"
    with Path(os.environ["ACCEPTANCE_JOURNAL"]).open("ab", buffering=0) as journal:
        journal.write(line.encode())


@signals.worker_ready.connect  # type: ignore[untyped-decorator]  # celery ships no types
def _say_ready(sender: Any, **_: Any) -> None:
    write("ready", worker=sender.hostname.partition("@")[0])


def _work(self: Any, label: str, seconds: float = 0) -> str:
    write("begins", label=label)
    time.sleep(seconds)
    write("ran", label=label, worker=self.request.hostname.partition("@")[0])
    return label


#: For each queue, a task that says who ran it; its name is one that the project routes there.
WORK = {key: app.task(name=f"{PACKAGE}.tasks.{key}.acceptance", bind=True)(_work) for key in QUEUES}


@app.task(name="acceptance.second_attempt", bind=True)  # type: ignore[untyped-decorator]
def second_attempt(self: Any, label: str) -> str:
    """Succeed, but not at once."""
    write("attempt", label=label)
    if self.request.retries == 0:
        raise self.retry(countdown=1)
    return label


@app.task(name="acceptance.total")  # type: ignore[untyped-decorator]
def total(labels: list[str]) -> list[str]:
    """The body of a chord."""
    write("total", label=",".join(sorted(labels)))
    return sorted(labels)
