"""What three popular templates do, on real servers."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from celery import Celery
from celery.exceptions import QueueNotFound

from advice.countdowns import seconds_behind_a_countdown
from advice.servers import RABBITMQ, REDIS, address, docker, redis, server, wait, worker

from conftest import need

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.docker, pytest.mark.slow]

APP = """
from celery import Celery

app = Celery("{name}", broker="redis://{address}/0")
{settings}


@app.task(name="{name}.work")
def work():
    pass
"""
CALLS = re.compile(r"cmdstat_publish:calls=(\d+)")


@pytest.mark.parametrize(("arguments", "left"), [((), "0"), (("redis-server", "--appendonly", "yes"), "10")])
def test_redis_on_its_own_settings_loses_what_waits_when_it_is_killed(arguments: tuple[str, ...], left: str) -> None:
    with server(REDIS, *arguments) as (name, at):
        app = Celery(broker=f"redis://{at}/0")
        for _ in range(10):
            app.send_task("any")
        time.sleep(2)  # Redis syncs the append-only file once a second.
        docker("kill", name)
        docker("start", name)
        address(name, REDIS)
        assert redis(name, "LLEN", "celery") == left


def test_two_projects_on_the_default_queue_throw_each_others_tasks_away(tmp_path: Path) -> None:
    with server(REDIS) as (name, at):
        (tmp_path / "shop.py").write_text(APP.format(name="shop", address=at, settings=""))
        with worker(tmp_path, "shop") as log:
            Celery("bank", broker=f"redis://{at}/0").send_task("bank.work")
            wait(lambda: "unregistered task of type 'bank.work'" not in log.read_text())
        assert (redis(name, "LLEN", "celery"), redis(name, "HLEN", "unacked")) == ("0", "0"), "it is nowhere"


def test_events_multiply_the_messages_of_each_task(tmp_path: Path) -> None:
    settings = "app.conf.worker_send_task_events = app.conf.task_send_sent_event = True"
    published = {name: _published(tmp_path, name, text) for name, text in (("quiet", ""), ("loud", settings))}
    # Sent, received, started, succeeded; a worker that is busy puts several into one message.
    assert published["quiet"] == 0
    assert 2 * 20 <= published["loud"] <= 4 * 20


def _published(directory: Path, name: str, settings: str) -> int:
    """How many messages Redis publishes while a worker runs 20 tasks."""
    with server(REDIS) as (container, at):
        (directory / f"{name}.py").write_text(APP.format(name=name, address=at, settings=settings))
        with worker(directory, name, "--without-heartbeat", "--without-gossip", "--without-mingle") as log:
            redis(container, "CONFIG", "RESETSTAT")
            sender = Celery(broker=f"redis://{at}/0")
            sender.conf.task_send_sent_event = bool(settings)
            for _ in range(20):
                sender.send_task(f"{name}.work")
            wait(lambda: log.read_text().count("succeeded in") < 20)
            time.sleep(1)
            found = CALLS.search(redis(container, "INFO", "commandstats"))
            return int(found.group(1)) if found else 0


def test_a_shell_in_front_keeps_the_signal_from_the_worker() -> None:
    need("docker", "it starts a container")
    child = "trap 'echo told; exit 0' TERM; echo ready; while true; do sleep 0.1; done"
    for shell, told in ((f'sh -c "{child}"; true', False), (f'exec sh -c "{child}"', True)):
        name = docker("create", "--entrypoint", "bash", REDIS, "-c", shell)
        try:
            docker("start", name)
            wait(lambda name=name: "ready" not in docker("logs", name))  # type: ignore[misc]
            docker("stop", "--time", "3", name)
            assert ("told" in docker("logs", name)) is told
        finally:
            docker("rm", "--force", name)


def test_a_countdown_blocks_a_classic_queue_of_rabbitmq_4(tmp_path: Path) -> None:
    with server(RABBITMQ) as (_, at):
        assert seconds_behind_a_countdown(tmp_path / "classic", at, "pass") > 5


def test_a_misspelt_queue_takes_tasks_that_nobody_reads() -> None:
    with server(REDIS) as (name, at):
        app = Celery("app", broker=f"redis://{at}/0")
        app.conf.task_routes = {"app.tasks.*": "mian-queue"}
        app.send_task("app.tasks.any")
        assert redis(name, "LLEN", "mian-queue") == "1"
        strict = Celery("app", broker=f"redis://{at}/0")
        strict.conf.task_routes = app.conf.task_routes
        strict.conf.task_create_missing_queues = False
        with pytest.raises(QueueNotFound):
            strict.send_task("app.tasks.any")
