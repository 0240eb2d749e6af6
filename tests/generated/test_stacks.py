"""Every broker with every backend, in containers: healthy, on the right workers, one schedule, nothing lost."""

from __future__ import annotations

import itertools
import os
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS

from conftest import need
from generated.stacks import Stack, make, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

QUEUES = ("default", "urgent", "heavy", "emails")
TASKS = 200
EVERY = list(itertools.product(BROKERS, BACKENDS))
# Each broker, and each backend once: a stack takes three minutes. SCAFFOLD_STACKS=all runs the other four as well.
SAMPLE = [("redis", "redis"), ("rabbitmq", "postgresql"), ("redis", "none"), ("rabbitmq", "rpc")]
COMBINATIONS = EVERY if os.environ.get("SCAFFOLD_STACKS") == "all" else SAMPLE

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@pytest.fixture(scope="module", params=COMBINATIONS, ids="-".join)
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The containers of one combination, started once for all tests of this module."""
    need("docker", "generated projects run in containers")
    need("uv", "the image is built from uv.lock")
    broker, backend = request.param
    directory = make(tmp_path_factory.mktemp("stack"), ["--broker", broker, "--backend", backend])
    containers = Stack(directory, f"scaffold-{broker}-{backend}")
    containers.compose("build", "--quiet")
    try:
        containers.up()
        yield containers
    finally:
        containers.down()


def test_everything_is_healthy_and_says_so(stack: Stack) -> None:
    wait_for(lambda: stack.health()["healthy"], 60, "python -m shop health")


def test_200_tasks_on_each_queue_finish_on_the_worker_of_that_queue(stack: Stack) -> None:
    sent = {queue: stack.send(f"shop.tasks.{queue}.example", TASKS) for queue in QUEUES}
    for queue, ids in sent.items():
        assert len(set(ids)) == TASKS
        wait_for(partial(_have_succeeded, stack, f"worker-{queue}", ids), 120, f"{TASKS} tasks on {queue}")
    for queue, ids in sent.items():
        for other in QUEUES:
            here = set(ids) & set(stack.succeeded(f"worker-{other}"))
            assert here == (set(ids) if other == queue else set())


def _have_succeeded(stack: Stack, service: str, ids: list[str]) -> bool:
    return set(ids) <= set(stack.succeeded(service))


def test_two_beats_send_each_due_run_once(stack: Stack) -> None:
    def sent() -> list[datetime]:
        records = [record for record in stack.records("beat") if "every-second" in str(record.get("event"))]
        return sorted(datetime.fromisoformat(record["timestamp"].replace("Z", "+00:00")) for record in records)

    wait_for(lambda: len(sent()) >= 20, 60, "20 runs of an entry that is due every second")
    times = sent()
    gaps = [(after - before).total_seconds() for before, after in itertools.pairwise(times)]
    assert min(gaps) > 0.5, gaps
    assert sum(gaps) / len(gaps) == pytest.approx(1.0, abs=0.2)


def test_stopped_in_mid_task_and_started_again_nothing_is_lost_or_late(stack: Stack) -> None:
    running = stack.send("shop.tasks.default.slow", 6, 5)
    waiting = stack.send("shop.tasks.heavy.example", 20)
    wait_for(lambda: any(id_ in str(stack.records("worker-default")) for id_ in running), 30, "a task is running")
    stack.compose("stop")
    stack.up()
    wait_for(partial(_have_succeeded, stack, "worker-default", running), 60, "the tasks that were cut off")
    wait_for(partial(_have_succeeded, stack, "worker-heavy", waiting), 60, "the tasks that waited")


def test_the_containers_run_as_nobody_on_a_read_only_file_system(stack: Stack) -> None:
    for service in ("worker-default", "beat"):
        assert stack.compose("exec", "-T", service, "id", "-u").strip() not in ("", "0")
        refused = stack.compose("exec", "-T", service, "sh", "-c", "touch /x 2>&1 || true")
        assert "Read-only file system" in refused


def test_no_secret_is_in_the_image_or_in_the_logs(stack: Stack) -> None:
    import subprocess

    secrets = [
        line.partition("=")[2]
        for line in (stack.directory / ".env").read_text().splitlines()
        if line.partition("=")[0].endswith("_PASSWORD")
    ]
    assert secrets
    history = subprocess.run(
        ["docker", "history", "--no-trunc", "shop:dev"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    said = stack.logs() + history
    assert [secret for secret in secrets if secret in said] == []
