"""`dev`: worker, beat and a producer of examples, with files in place of servers.

Messages are files under var/broker, results are rows in var/results.sqlite. One worker in threads
reads all queues, which is light; but there are no priorities, and no time limits, as in any thread.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from standard_sqs.ops.console import DONE, FAILED, PROGRAM, OperatorError, one_line, table, write
from standard_sqs.ops.launch import QUIET, SILENT, beat_command
from standard_sqs.settings import ENV_PREFIX
from standard_sqs.topology import QUEUES

APP = "standard_sqs.ops.embedded"
TASKS = "standard_sqs.tasks"
VAR = Path("var")
BROKER = VAR / "broker"
STATE = VAR / "dev"
# What the processes and this one read in place of .env.
ENVIRONMENT = {
    f"{ENV_PREFIX}BROKER_URL": "filesystem://localhost/",
    f"{ENV_PREFIX}RESULT_BACKEND_URL": f"db+sqlite:///{VAR}/results.sqlite",
    f"{ENV_PREFIX}EMBEDDED_DIR": str(BROKER),
    f"{ENV_PREFIX}RUN_DIR": str(STATE),
}
# What these endings have is for the servers of .env.
SECRETS = ("_PASSWORD", "_FILE")
HEADERS = ("queue", "result", "worker", "took")
# Seconds.
START_TIMEOUT = 30.0
RESULT_TIMEOUT = 15.0
# A worker takes 5 s to stop, and longer with tasks; what it leaves behind is thrown away here.
STOP_TIMEOUT = 2.0
POLL_INTERVAL = 0.1
SEND_INTERVAL = 1.0

Processes = dict[str, "subprocess.Popen[bytes]"]


@dataclass(frozen=True)
class Example:
    """An example task that was sent."""

    queue: str
    result: Any
    sent_at: float

    def row(self) -> list[str]:
        """Queue, what came of it, which worker ran it, and after how long."""
        took = f"{monotonic() - self.sent_at:.2f} s"
        if not self.result.ready():
            return [self.queue, "no result", "-", took]
        if self.result.successful():
            return [self.queue, str(self.result.result)[:40], self.result.worker, took]
        failure = f"{self.result.state}: {one_line(self.result.result)}"
        return [self.queue, failure, self.result.worker, took]


def run(arguments: Namespace) -> int:
    """Start everything, send examples, and leave no process behind however this one ends."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    commands = {"worker": _worker_command()}
    if not arguments.once:
        commands["beat"] = beat_command(APP)
    with _only_one():
        _prepare(arguments.loglevel)
        with _processes(commands) as processes:
            examples = _examples()
            _wait_for_worker(processes)
            if arguments.once:
                return _send_once(examples, processes)
            return _send_repeatedly(examples, processes, arguments.seconds)


def _leave(number: int, _: object) -> None:
    sys.exit(128 + number)


@contextmanager
def _only_one() -> Iterator[None]:
    """Two of them would take each other's messages."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "dev.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OperatorError(f"{PROGRAM} dev runs here already", "stop it first") from None
        yield


def _prepare(log_level: str) -> None:
    """Empty queues, and an environment that leads here and not to servers."""
    for directory in (BROKER, STATE):
        shutil.rmtree(directory, ignore_errors=True)
    for directory in (BROKER / "messages", BROKER / "control", STATE):
        directory.mkdir(parents=True)
    for name in tuple(os.environ):
        if name.startswith(ENV_PREFIX) and name.endswith(SECRETS):
            del os.environ[name]
    os.environ.update(ENVIRONMENT)
    os.environ[f"{ENV_PREFIX}LOG_LEVEL"] = log_level


def _worker_command() -> list[str]:
    queues = ",".join(queue.name for queue in QUEUES.values())
    command = ["celery", *QUIET, "--app", APP, "worker", "--hostname", "dev@%h", "--queues", queues]
    return [*command, "--pool", "threads", "--concurrency", "4", *SILENT]


@contextmanager
def _processes(commands: dict[str, list[str]]) -> Iterator[Processes]:
    """The commands, running; none of them outlives this."""
    processes: Processes = {}
    try:
        for name, command in commands.items():
            processes[name] = subprocess.Popen(  # noqa: S603 - commands of our own
                [sys.executable, "-m", *command],
                stdin=subprocess.DEVNULL,
                # Ctrl-C is for this process, which then stops them.
                start_new_session=True,
            )
        yield processes
    finally:
        _stop(processes)


def _stop(processes: Processes) -> None:
    # A second signal must not leave one of them behind.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    deadline = monotonic() + STOP_TIMEOUT
    for process in processes.values():
        process.terminate()
    while any(process.poll() is None for process in processes.values()):
        if monotonic() > deadline:
            _kill(processes)
        sleep(POLL_INTERVAL)


def _kill(processes: Processes) -> None:
    for process in processes.values():
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def _check(processes: Processes) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            message = f"{name} ended with exit code {process.returncode}"
            raise OperatorError(message, "its reason is above", FAILED)


def _wait_for_worker(processes: Processes) -> None:
    write(f"starting {' and '.join(processes)}")
    deadline = monotonic() + START_TIMEOUT
    while not (STATE / "ready").exists():
        _check(processes)
        if monotonic() > deadline:
            raise OperatorError(f"the worker is not ready after {START_TIMEOUT:g} s", "", FAILED)
        sleep(POLL_INTERVAL)


def _examples() -> dict[str, Any]:
    """The example task of each queue; those that were replaced by real work are left out."""
    # Only now: it reads the settings.
    from standard_sqs.ops.embedded import app

    app.loader.import_default_modules()
    names = {key: f"{TASKS}.{key.replace('-', '_')}.example" for key in QUEUES}
    return {key: app.tasks[name] for key, name in names.items() if name in app.tasks}


def _send(key: str, task: Any) -> Example:
    return Example(key, task.apply_async(queue=QUEUES[key].name), monotonic())


def _take_finished(waiting: list[Example]) -> list[Example]:
    finished = [example for example in waiting if example.result.ready()]
    for example in finished:
        waiting.remove(example)
    return finished


def _send_once(examples: dict[str, Any], processes: Processes) -> int:
    """One example to every queue, then a table; a failure unless all of them succeeded."""
    waiting = [_send(key, task) for key, task in examples.items()]
    finished, rows = [], []
    deadline = monotonic() + RESULT_TIMEOUT
    while waiting and monotonic() < deadline:
        _check(processes)
        for example in _take_finished(waiting):
            finished.append(example)
            rows.append(example.row())
        sleep(POLL_INTERVAL)
    rows += [example.row() for example in waiting]
    write(table(HEADERS, rows))
    return FAILED if waiting or not all(one.result.successful() for one in finished) else DONE


def _send_repeatedly(examples: dict[str, Any], processes: Processes, seconds: float | None) -> int:
    """An example every second, queue after queue, and a line for each result."""
    write("Ctrl-C stops")
    upcoming = cycle(examples.items())
    width = max(map(len, QUEUES))
    waiting: list[Example] = []
    started = next_at = monotonic()
    try:
        while seconds is None or monotonic() - started < seconds:
            _check(processes)
            if monotonic() >= next_at and (example := next(upcoming, None)):
                waiting.append(_send(*example))
                next_at += SEND_INTERVAL
            for finished in _take_finished(waiting):
                key, *cells = finished.row()
                now = f"{datetime.now():%H:%M:%S}"  # noqa: DTZ005 - the clock on the wall
                write("  ".join([now, key.ljust(width), *cells]))
            sleep(POLL_INTERVAL)
    except KeyboardInterrupt:
        write("stopping")
    return DONE
