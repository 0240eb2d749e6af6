"""Starts workers of a project and sends to them: a line of JSON in, a line of JSON out.

A program of its own, copied into the project: it runs with the project's interpreter, on this machine or in a container
beside the servers.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PACKAGE = sys.argv[1]
DIRECTORY = Path(tempfile.mkdtemp(prefix="acceptance-"))
JOURNAL = DIRECTORY / "journal"
PREFIX = f"{PACKAGE.upper()}_"
JOURNAL.touch()
os.environ["ACCEPTANCE_PACKAGE"] = PACKAGE
os.environ["ACCEPTANCE_JOURNAL"] = str(JOURNAL)

tasks = import_module("tasks")
app = tasks.app
workers: dict[str, subprocess.Popen[bytes]] = {}


def start(queues: list[str], options: list[str]) -> None:
    """Start the workers of these queues, as in production, and wait until they consume."""
    before = {queue: len(_entries("ready", worker=queue)) for queue in queues}
    for queue in queues:
        environment = {**os.environ, "PYTHONPATH": str(HERE), f"{PREFIX}RUN_DIR": str(DIRECTORY / queue)}
        command = [sys.executable, "-m", PACKAGE, "worker", queue, "--", f"--hostname={queue}@%h", "--include=tasks"]
        with (DIRECTORY / f"{queue}.log").open("ab") as log:
            workers[queue] = subprocess.Popen([*command, *options], env=environment, stdout=log, stderr=log)
    deadline = time.monotonic() + 180
    while any(len(_entries("ready", worker=queue)) == before[queue] for queue in queues):
        if time.monotonic() > deadline or gone():
            raise AssertionError(f"not ready: {queues}, ended: {gone()}\n{logs()}")
        time.sleep(0.1)


def stop(queues: list[str]) -> dict[str, int]:
    """Tell workers to stop, and wait; their exit codes."""
    for queue in queues:
        workers[queue].terminate()
    codes = {queue: workers[queue].wait(90) for queue in queues}
    for queue in queues:
        del workers[queue]
    return codes


def gone() -> dict[str, int]:
    """The workers that have ended by themselves, and their exit codes."""
    return {queue: code for queue, worker in workers.items() if (code := worker.poll()) is not None}


def send(batch: list[tuple[str, list[Any], dict[str, Any]]]) -> list[str]:
    """Send tasks; their ids."""
    return [app.send_task(name, args=args, **options).id for name, args, options in batch]


def work(queue: str, labels: list[str], seconds: float, priority: str, countdown: float) -> list[str]:
    """Send the task of a queue, once for each label; the ids."""
    options: dict[str, Any] = {"priority": _priority(priority)} if priority else {}
    if countdown:
        options["countdown"] = countdown
    return [tasks.WORK[queue].apply_async([label, seconds], **options).id for label in labels]


def results(ids: list[str], seconds: float) -> list[Any]:
    """The results of these tasks, in order; what was raised stands in their place."""
    deadline = time.monotonic() + seconds
    return [_result(id_, max(0.5, deadline - time.monotonic())) for id_ in ids]


def chord(size: int, seconds: float) -> Any:
    """A chord's result, or the name of the error."""
    queues = itertools.cycle(tasks.QUEUES)
    header = [tasks.WORK[next(queues)].s(f"chord {number}") for number in range(size)]
    try:
        return import_module("celery").chord(header)(tasks.total.s()).get(timeout=seconds)
    except NotImplementedError as error:
        return type(error).__name__


def entries(event: str) -> list[dict[str, Any]]:
    """What the journal says of an event."""
    return _entries(event)


def logs() -> str:
    """The end of what each worker has written."""
    return "".join(f"--- {log.name}\n{log.read_text()[-6000:]}" for log in sorted(DIRECTORY.glob("*.log")))


def _priority(name: str) -> int:
    return int(import_module(f"{PACKAGE}.topology").Priority[name])


def _result(task_id: str, seconds: float) -> Any:
    try:
        return app.AsyncResult(task_id).get(timeout=seconds)
    except Exception as error:  # noqa: BLE001  the test compares it
        return f"{type(error).__name__}: {error}"


def _entries(event: str, **fields: Any) -> list[dict[str, Any]]:
    wanted = {"event": event, **fields}
    # A line that is being written has no end yet.
    lines = [line for line in JOURNAL.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [entry for entry in map(json.loads, lines) if wanted.items() <= entry.items()]


COMMANDS = {command.__name__: command for command in (start, stop, gone, send, work, results, chord, entries, logs)}


def main() -> None:
    """Answer each line until there are no more, and leave no worker behind."""
    for line in sys.stdin:
        name, arguments = json.loads(line)
        try:
            answer = {"value": COMMANDS[name](*arguments)}
        except Exception as error:  # noqa: BLE001  the test shows it
            answer = {"error": f"{type(error).__name__}: {error}", "logs": logs()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for worker in workers.values():
        worker.terminate()
    for worker in workers.values():
        with suppress(subprocess.TimeoutExpired):
            worker.wait(20)
        worker.kill()


if __name__ == "__main__":
    main()
