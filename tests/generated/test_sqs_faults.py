"""A worker on SQS goes on, whatever SQS or the network between does to it, and loses nothing.

Each fault is there when a worker starts, when it runs tasks and when it stops; it ends, and all is to be done. The
faults are independent: each has a worker of its own, in a region of its own.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from conftest import need
from generated import servers
from generated.faulty_http import FAULTS, REFUSED, FaultyProxy
from generated.owner import new
from generated.pairs import only_with_every
from generated.running import Running
from generated.stacks import plain, wait_for, with_uv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.docker, pytest.mark.slow]

# Seconds that a fault lasts: two polls fail, or one that nobody answers.
FAULT = 4
# Then a poll ends that was not answered (15), and the visibility timeout of the queue (17).
RECOVERY = 45
# What the container has: 27, and starting a process on a busy machine.
STOP = 27
AT_ONCE = 4
UNSEEN = ("none", REFUSED)
# Lines of Celery's: one of each worker that a fault has, and one for each connection that is lost.
READY = 2
LOST = "Connection to broker lost"
# A worker that is to stop does not wait for a broker that is silent for longer than its container does.
EXIT_CODES = {"silent": {os.EX_OK, os.EX_UNAVAILABLE}}
QUEUE = "default:max_task_seconds=2,concurrency=2"
TASKS = '''

@app.task(name="shop.tasks.default.slow")
def slow() -> None:
    """Begin, and end."""
    import time

    time.sleep(1.5)


@app.task(name="shop.tasks.default.again", bind=True)
def again(self) -> None:
    """Succeed, but not at once."""
    if self.request.retries == 0:
        raise self.retry(countdown=1)


@app.task(name="shop.tasks.default.fails")
def fails() -> None:
    """Become a dead letter."""
    raise RuntimeError("always")
'''
# Without the proxy: sends, and counts dead letters.
CLIENT = """
import json, sys
from shop.app import app
from shop.topology import DEAD_LETTER_QUEUE
COUNT = "ApproximateNumberOfMessages"
for line in sys.stdin:
    names = json.loads(line)
    if names:
        answer = [app.send_task(f"shop.tasks.default.{name}").id for name in names]
    else:
        with app.connection_for_write() as connection:
            answer = int(connection.default_channel.attributes(DEAD_LETTER_QUEUE, COUNT)[COUNT])
    print(json.dumps(answer), flush=True)
"""


@dataclass
class Report:
    """What became of one worker.

    Attributes:
        faults: how many requests met the fault, at the start, at work and at the stop.
        died: when it ended without having been told.
        not_done: the names of the tasks that did not run, by the moment.
        dead_letters: messages that were given up.
        stopped: the exit code after SIGTERM.
        plain: the last lines of its log that are no JSON.
        reconnected: how often Celery lost the connection at work: running tasks would run twice.
    """

    faults: list[int] = field(default_factory=list)
    died: str = ""
    not_done: dict[str, list[str]] = field(default_factory=dict)
    dead_letters: int = 0
    stopped: int | None = None
    plain: list[str] = field(default_factory=list)
    reconnected: int = 0
    log: str = ""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installed project."""
    only_with_every("its 24 workers take six minutes")
    need("uv", "generated projects are installed with uv")
    need("docker", "messages go through an emulator")
    need("moto", "messages go through an emulator")
    queue = ("--queue", QUEUE)
    root = new(tmp_path_factory.mktemp("faults"), "--broker", "sqs", "--backend", "none", *queue, "--without", "beat")
    tasks = root / "src" / "shop" / "tasks" / "default.py"
    tasks.write_text(tasks.read_text() + TASKS)
    subprocess.run(["uv", "sync", "--quiet", "--compile-bytecode"], cwd=root, env=with_uv(), check=True)
    return root


@pytest.fixture(scope="module")
def reports(project: Path) -> Iterator[dict[str, Report]]:
    """One worker for each fault, several at once."""
    server = servers.moto()
    try:
        server.start()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            trials = [Trial(project, server.address, name, number) for number, name in enumerate(FAULTS)]
            yield dict(zip(FAULTS, pool.map(Trial.report, trials), strict=True))
    finally:
        server.remove()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_worker_survives_a_fault_and_everything_runs(reports: dict[str, Report], fault: str) -> None:
    report = reports[fault]
    said = f"{report}\n{report.log}"
    assert report.died == "", said
    assert report.plain == [], said
    assert report.not_done == {"at work": [], "at the stop": []}, said
    assert report.stopped in EXIT_CODES.get(fault, {os.EX_OK}), said
    assert report.reconnected == 0, said
    assert report.dead_letters >= 1, said
    assert fault in UNSEEN or 0 not in report.faults, said


class Trial:
    """One worker behind a proxy of its own."""

    def __init__(self, project: Path, address: str, fault: str, number: int) -> None:
        self._proxy = FaultyProxy(address)
        self._name = f"worker-{number}"
        self._fault = fault
        self._report = Report()
        environment = {
            "SHOP_AWS_REGION": f"fault-{number}",
            "SHOP_AWS_ACCOUNT_ID": "123456789012",
            "SHOP_LOG_FORMAT": "json",
            # As in its container, which has no root.
            "C_FORCE_ROOT": "1",
            "PYTHONWARNINGS": "ignore",
        }
        python = str(project / ".venv" / "bin" / "python")
        near = {**environment, "SHOP_BROKER_URL": f"sqs://emulator:emulator@{self._proxy.start()}"}
        self._worker = Running(project, "shop", near, python)
        far = {**environment, "SHOP_BROKER_URL": f"sqs://emulator:emulator@{address}"}
        self._client = Running(project, "shop", far, python)

    def report(self) -> Report:
        """The three moments, one after the other."""
        try:
            self._client.start_script(CLIENT)
            self._starts()
            self._works()
            self._stops()
            self._report.dead_letters = self._client.ask([])
        except AssertionError as error:
            self._report.died = self._report.died or str(error)[:400]
        finally:
            self._proxy.stop()
            self._worker.stop()
            self._client.stop()
        self._report.log = self._worker.log(self._name)[-6000:]
        self._report.plain = plain(self._lines())[-20:]
        return self._report

    def _starts(self) -> None:
        # The queues are there: the worker connects, and is then refused its own.
        self._client.ask([])
        self._proxy.misbehave(self._fault, "GetQueueAttributes")
        self._worker.start(self._name, "worker", "default")
        unseen = self._fault in UNSEEN
        wait_for(lambda: bool(self._proxy.seen) or (unseen and "onnect" in self._log()), 60, "a request")
        met = sum(self._proxy.seen.values())
        self._proxy.misbehave(self._fault)
        self._ends_after(FAULT)
        # A request that nobody answers is open all the time, and no other one comes.
        self._report.faults[-1] += met
        self._worker.wait_until_ready(self._name)

    def _works(self) -> None:
        before = self._log().count(LOST)
        ids = self._send("slow", "slow", "again", "fails", "example", "example")
        wait_for(lambda: "received" in self._log(), 30, "the first task")
        self._proxy.misbehave(self._fault)
        ids |= self._send("example", "example")
        self._ends_after(FAULT)
        # Whether it is there at all.
        ids |= self._send("example")
        self._report.not_done["at work"] = self._missing(ids)
        self._report.reconnected = self._log().count(LOST) - before

    def _stops(self) -> None:
        ids = self._send("slow", "slow", "slow", "slow", "example")
        wait_for(lambda: self._has_begun(ids), 30, "a task runs")
        self._proxy.misbehave(self._fault)
        self._report.stopped = self._worker.end(self._name, signal.SIGTERM, STOP)
        self._ends_after(0)
        self._worker.start(self._name, "worker", "default")
        # Told to stop before that, the next one would end with a traceback of billiard's.
        wait_for(lambda: self._log().count(" ready.") == READY, 60, "the next worker is ready")
        self._report.not_done["at the stop"] = self._missing(ids)

    def _ends_after(self, seconds: float) -> None:
        """The fault ends, and the worker must not have ended before."""
        self._proxy.over.wait(seconds)
        self._report.faults.append(sum(self._proxy.seen.values()))
        self._proxy.behave()
        if seconds and not self._worker.are_alive():
            raise AssertionError("the worker has ended")

    def _send(self, *names: str) -> dict[str, str]:
        return dict(zip(self._client.ask(list(names)), names, strict=True))

    def _missing(self, ids: dict[str, str]) -> list[str]:
        """What has not run to its end; a retry that cannot be sent is a dead letter."""
        needed = {id_ for id_, name in ids.items() if name not in ("fails", "again")}
        try:
            wait_for(lambda: needed <= self._done(), RECOVERY, "all have run")
        except AssertionError:
            return sorted(ids[id_] for id_ in needed - self._done())
        return []

    def _done(self) -> set[str]:
        ended = [record for record in self._records() if "succeeded in" in str(record.get("event"))]
        return {str(record.get("task_id")) for record in ended}

    def _has_begun(self, ids: dict[str, str]) -> bool:
        return any(id_ in line and "received" in line for line in self._lines() for id_ in ids)

    def _records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._lines() if line.startswith("{") and line.endswith("}")]

    def _lines(self) -> list[str]:
        return self._log().splitlines()

    def _log(self) -> str:
        return self._worker.log(self._name)
