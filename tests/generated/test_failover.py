"""The master is killed under load: Sentinel makes the replica the master, workers go on, and no task is lost."""

from __future__ import annotations

import itertools
import json
import subprocess
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from generated.owner import new
from generated.pairs import THIS_RUN, need_servers
from generated.stacks import Stack, moment, wait_for, with_uv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Record = Callable[[str, object], None]

TASKS = 5_000
PER_SECOND = 100
# Tasks that have run.
KILL_AFTER = 1_500
TASK = "shop.tasks.default.example"
PAUSE = timedelta(seconds=30)
BEAT_PAUSE = timedelta(seconds=60)
# A container of its own: it must outlive a worker that starts again. A publish that fails is tried again under the same
# id, as whoever must not lose a task would do.
SENDER = """
import json, sys, time, uuid
from kombu.exceptions import OperationalError
from shop.app import app

task, number, per_second = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
ids, errors, longest, start = [], [], 0.0, time.monotonic()
for index in range(number):
    time.sleep(max(0.0, start + index / per_second - time.monotonic()))
    began = time.monotonic()
    ids.append(str(uuid.uuid4()))
    while True:
        try:
            app.send_task(task, task_id=ids[-1])
            break
        except OperationalError as error:
            errors.append(repr(error))
            time.sleep(0.5)
    longest = max(longest, time.monotonic() - began)
print(json.dumps({"ids": ids, "errors": errors, "longest": longest}))
"""
IN_A_CONTAINER = ("docker", "compose", "run", "--rm", "--no-deps", "-T", "worker-default")
SCHEDULE = """

BEAT_SCHEDULE = {
    "every-second": {
        "task": "shop.tasks.default.example",
        "schedule": timedelta(seconds=1),
        "kwargs": {"text": "tick"},
        "options": {"expires": 30, "ignore_result": True},
    },
}
"""
# The visibility timeout follows from these: what a worker held when the master died runs again after it.
ANSWERS = ("--queue", "default:max_task_seconds=1,concurrency=2", "--set", "longest_delay_seconds=60")


pytestmark = [pytest.mark.docker, pytest.mark.slow]


@dataclass(frozen=True)
class Failover:
    """What became of the load.

    Attributes:
        ids: of all tasks that were sent.
        errors: of the sends that failed and were tried again.
        longest_send: seconds.
        killed: when the master was.
    """

    ids: list[str]
    errors: list[str]
    longest_send: float
    killed: datetime


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A project with one queue and beat."""
    need_servers("redis-sentinel", "sentinel")
    project = _project(tmp_path_factory.mktemp("failover"))
    containers = Stack(project, f"scaffold-failover-{THIS_RUN}")
    try:
        containers.build()
        containers.up()
        yield containers
    finally:
        containers.down()


@pytest.fixture(scope="module")
def failover(stack: Stack) -> Failover:
    """All tasks are sent, and the master is killed meanwhile."""
    with subprocess.Popen(
        [*IN_A_CONTAINER, "python", "-", TASK, str(TASKS), str(PER_SECOND)],
        cwd=stack.directory,
        env=stack.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as sender:
        assert sender.stdin
        assert sender.stdout
        sender.stdin.write(SENDER)
        sender.stdin.close()
        wait_for(lambda: len(stack.succeeded("worker-default")) > KILL_AFTER, 120, "the load is on")
        (master,) = stack.containers(_master(stack))
        stack.checked("docker", "kill", master)
        killed = datetime.now(timezone.utc)
        said = json.loads(sender.stdout.read())
    return Failover(said["ids"], said["errors"], said["longest"], killed)


def test_of_5000_tasks_none_is_lost(stack: Stack, failover: Failover, record_testsuite_property: Record) -> None:
    wait_for(
        lambda: stack.have_succeeded("worker-default", failover.ids),
        180,
        "all tasks have run",
        lambda: stack.unfinished("worker-default", failover.ids),
    )
    runs = Counter(run.task_id for run in stack.runs("worker-default"))
    record_testsuite_property("sent", len(failover.ids))
    record_testsuite_property("run twice", sum(runs[task_id] > 1 for task_id in failover.ids))
    record_testsuite_property("sends that failed and were tried again", failover.errors)
    record_testsuite_property("longest send (s)", round(failover.longest_send, 1))
    assert len(set(failover.ids)) == TASKS


def test_workers_go_on_within_30_seconds(stack: Stack, failover: Failover, record_testsuite_property: Record) -> None:
    ends = sorted(run.end for run in stack.runs("worker-default"))
    pause = max(after - before for before, after in itertools.pairwise(ends) if after > failover.killed)
    record_testsuite_property("longest pause (s)", pause.total_seconds())
    assert pause < PAUSE


def test_beat_goes_on_within_a_minute(stack: Stack, failover: Failover, record_testsuite_property: Record) -> None:
    wait_for(lambda: len([tick for tick in _ticks(stack) if tick > failover.killed]) >= 5, 75, "five runs after")
    ticks = _ticks(stack)
    pause = max(after - before for before, after in itertools.pairwise(ticks) if after > failover.killed)
    record_testsuite_property("longest pause of beat (s)", pause.total_seconds())
    assert pause < BEAT_PAUSE
    assert min(after - before for before, after in itertools.pairwise(ticks)) > timedelta(seconds=0.5), "one beat"


def test_the_old_master_comes_back_as_a_replica(stack: Stack, failover: Failover) -> None:
    assert failover.killed
    stack.up()
    assert _master(stack) == "redis-2"
    wait_for(lambda: "master_host:redis-2" in _replication(stack, "redis-1"), 60, "redis-1 replicates redis-2")
    wait_for(lambda: stack.health()["healthy"], 60, "python -m shop health")


def test_a_stopped_stack_starts_with_the_roles_that_it_had(stack: Stack, failover: Failover) -> None:
    assert failover.killed
    stack.compose("down")
    stack.up()
    assert _master(stack) == "redis-2"
    assert "role:master" in _replication(stack, "redis-2")
    assert "master_host:redis-2" in _replication(stack, "redis-1")


def _project(directory: Path) -> Path:
    project = new(directory, "--broker", "redis-sentinel", "--backend", "sentinel", *ANSWERS)
    schedule = project / "src" / "shop" / "schedule.py"
    schedule.write_text(schedule.read_text() + SCHEDULE)
    subprocess.run(["make", "lock"], cwd=project, env=with_uv(), check=True, capture_output=True)
    return project


def _master(stack: Stack) -> str:
    """The service that the Sentinels name."""
    asked = ("redis-cli", "-p", "26379", "sentinel", "get-master-addr-by-name", "shop")
    return stack.compose("exec", "-T", "sentinel-1", *asked).split()[0]


def _replication(stack: Stack, service: str) -> str:
    return stack.compose("exec", "-T", service, "redis-cli", "info", "replication")


def _ticks(stack: Stack) -> list[datetime]:
    """When beat sent the entry that is due every second, whichever instance did."""
    return sorted(moment(record) for record in stack.records("beat") if "every-second" in str(record.get("event")))
