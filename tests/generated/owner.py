"""What a project's owner would do: generate it, add tasks and a schedule, choose ports that are free."""

from __future__ import annotations

import re
import socket
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING

from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.timing import queue_timing

from generated.stacks import with_uv

if TYPE_CHECKING:
    from pathlib import Path

QUEUES = ("default", "urgent", "heavy", "emails")
# Their tasks are to be done in a second, so a worker that is told to stop waits for 11: see SLOW_TASK. A process can be
# ended in mid-task, a thread cannot.
BRIEF = {"brief": "prefork", "errands": "threads"}
BRIEF_TIMING = queue_timing(1)
# Beyond the drain, and beyond the end of the container.
SLOW_SECONDS = BRIEF_TIMING.stop_grace_period + 2

SCHEDULE = """

BEAT_SCHEDULE["every-second"] = {{
    "task": "shop.tasks.{queue}.example",
    "schedule": timedelta(seconds=1),
    "kwargs": {{"text": "tick"}},
    "options": {{"expires": 30, "ignore_result": True}},
}}
"""
# Longer limits than its queue has: a task that takes longer than a stopping worker waits for it.
SLOW_TASK = '''

@app.task(name="shop.tasks.{queue}.slow", soft_time_limit=290, time_limit=300)
def slow(seconds: float) -> float:
    """Take as long as it is told."""
    import logging
    import time

    logging.getLogger("a_library").warning("begins")
    time.sleep(seconds)
    return seconds
'''
SECOND_ATTEMPT = '''

@app.task(name="shop.tasks.default.second_attempt", bind=True)
def second_attempt(self) -> None:
    """Succeed, but not at once."""
    import logging

    logging.getLogger("a_library").warning("begins")
    if self.request.retries == 0:
        raise self.retry(countdown=1)
'''
# The control: Celery as it comes, in a container that has as long to stop, but not as long as the task takes.
PLAIN_SECONDS = 10 * BRIEF_TIMING.stop_grace_period
PLAIN_APP = '''"""Celery's own settings."""

import os
import time

from celery import Celery

app = Celery("plain", broker=os.environ["SHOP_BROKER_URL"])
if "SHOP_SENTINEL_MASTER" in os.environ:
    app.conf.broker_transport_options = {
        "master_name": os.environ["SHOP_SENTINEL_MASTER"],
        "sentinel_kwargs": {"password": os.environ["SHOP_SENTINEL_PASSWORD"]},
    }
if app.conf.broker_url.startswith("pgmq://"):
    # There is no such extension in the image; the project has made PGMQ from SQL.
    app.conf.broker_transport_options = {"init_extension": False}


@app.task(name="plain.slow")
def slow(seconds: float) -> None:
    """Take as long as it is told."""
    time.sleep(seconds)
'''
PLAIN_WORKER = """services:
  worker-plain:
    image: shop:${{IMAGE_TAG}}
    init: true
    command: ["celery", "--app", "shop.plain", "worker", "--concurrency", "1", "--loglevel", "INFO"]
    environment: {{SHOP_BROKER_URL: "{url}"{further}}}
    stop_grace_period: {grace}s
    depends_on: {{{server}: {{condition: service_healthy}}}}
"""
# Not where the project's own workers are.
PLAIN_URLS = {
    "redis": "redis://:${REDIS_PASSWORD}@redis:6379/2",
    "valkey": "redis://:${VALKEY_PASSWORD}@valkey:6379/2",
    "redis-sentinel": ";".join(f"sentinel://:${{REDIS_PASSWORD}}@sentinel-{n}:26379/2" for n in (1, 2, 3)),
    "rabbitmq": "amqp://shop:${RABBITMQ_PASSWORD}@rabbitmq:5672//",
    # kombu's default region, which is not the project's.
    "sqs": "sqs://plain:plain@moto:5000",
    "gcpubsub": "gcpubsub://projects/plain",
    "pgmq": "pgmq://shop:${POSTGRES_PASSWORD}@postgres:5432/shop",
}
PLAIN_FURTHER = {
    "redis-sentinel": ', SHOP_SENTINEL_MASTER: shop, SHOP_SENTINEL_PASSWORD: "${SENTINEL_PASSWORD}"',
    "gcpubsub": ", PUBSUB_EMULATOR_HOST: pubsub:8085",
}
PORT = re.compile(r"\$\{(\w+_PORT):-(\d+)\}")


def new(directory: Path, *flags: str, name: str = "shop") -> Path:
    """A new project; its root."""
    from celery_scaffold.__main__ import main

    if main(["new", name, "--yes", "--no-git", *flags, "--output-dir", str(directory)]) != 0:
        raise AssertionError("new failed")
    return directory / name


def new_with_own_tasks(directory: Path, broker: str, backend: str) -> Path:
    """A new project `shop` with two more queues, tasks, a beat entry and a plain worker beside its own; locked."""
    brief = [f"{name}:max_task_seconds=1,concurrency=1,pool={pool}" for name, pool in BRIEF.items()]
    flags = [word for spec in (*QUEUES, *brief) for word in ("--queue", spec)]
    project = new(directory, "--broker", broker, "--backend", backend, *flags)
    package = project / "src" / "shop"
    schedule_every_second(project, "urgent")
    _append(package / "tasks" / "default.py", SECOND_ATTEMPT)
    for queue in BRIEF:
        _append(package / "tasks" / f"{queue}.py", SLOW_TASK.format(queue=queue))
    (package / "plain.py").write_text(PLAIN_APP)
    plain_worker = PLAIN_WORKER.format(
        server=BROKERS[broker].services[-1].name,
        url=PLAIN_URLS[broker],
        further=PLAIN_FURTHER.get(broker, ""),
        grace=BRIEF_TIMING.stop_grace_period,
    )
    (project / "compose.override.yaml").write_text(plain_worker)
    subprocess.run(["make", "lock"], cwd=project, env=with_uv(), check=True, capture_output=True)
    return project


def schedule_every_second(project: Path, queue: str) -> None:
    """Have beat send the example of a queue every second."""
    _append(project / "src" / "shop" / "schedule.py", SCHEDULE.format(queue=queue))


def choose_free_ports(project: Path) -> None:
    """Write into `.env` ports that nobody has, for what compose.dev.yaml publishes."""
    variables = PORT.findall((project / "compose.dev.yaml").read_text())
    env = project / ".env"
    text = env.read_text()
    for (name, usual), port in zip(variables, free_ports(len(variables)), strict=True):
        text = re.sub(rf"(?<=localhost:){usual}\b", str(port), text) + f"{name}={port}\n"
    env.write_text(text)


def free_ports(number: int) -> list[int]:
    """Ports that are free now: all of them are held until the last one is known, so that none comes twice."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)
