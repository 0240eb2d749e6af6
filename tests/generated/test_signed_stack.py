"""Signed messages in containers: all of it works, a key is replaced under load, and what is refused is told."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from generated.owner import new, schedule_every_second
from generated.pairs import THIS_RUN, need_servers
from generated.stacks import Stack, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

QUEUES = ("default", "emails")
# It keeps the key of its start, and ends with its standard input.
SENDER = """
import json, select, sys
from shop.app import app
ids = {}
while not select.select([sys.stdin], [], [], 0.1)[0]:
    for queue in sys.argv[1:]:
        ids.setdefault(queue, []).append(app.send_task(f"shop.tasks.{queue}.example").id)
print(json.dumps(ids))
"""
# What `send_task` would publish, after somebody who can write to the broker had it in his hands.
TAMPERED = """
import base64, sys, uuid
from kombu.serialization import dumps
from shop.app import app

def publish(task, body):
    task_id = str(uuid.uuid4())
    headers, properties, _, _ = app.amqp.as_task_v2(task_id, task)
    with app.connection_for_write() as connection:
        connection.Producer(auto_declare=False).publish(
            body, routing_key="shop.default", headers=headers,
            content_type="application/data", content_encoding="utf-8",
            **{name: value for name, value in properties.items() if value}
        )
    print(task_id)

app.amqp.queues
content_type, encoding, body = dumps((["a text"], {}, {}), serializer="auth")
changed = base64.b64encode(base64.b64decode(body).replace(b"a text", b"b text")).decode()
assert changed != body
publish("shop.tasks.default.example", changed)
publish("shop.tasks.emails.example", body)
"""

# Sent in the time of two restarts.
MANY = 50

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A project that signs its messages, started as its README says."""
    need_servers("redis", "redis")
    flags = [word for queue in QUEUES for word in ("--queue", queue)]
    project = new(tmp_path_factory.mktemp("signed"), "--set", "serializer=auth", *flags)
    schedule_every_second(project, "emails")
    containers = Stack(project, f"scaffold-signed-{THIS_RUN}")
    try:
        containers.checked("make", "signing-keys")
        containers.checked("make", "up", seconds=900)
        yield containers
    finally:
        containers.down()


def test_everything_is_healthy_and_a_result_comes_back_from_each_queue(stack: Stack) -> None:
    wait_for(lambda: stack.health()["healthy"], 60, "python -m shop health", lambda: str(stack.health()))
    for queue in QUEUES:
        done = stack.operate("send", f"shop.tasks.{queue}.example", "--wait", "20")
        assert done.returncode == 0, done.stderr
    assert {state["consumers"] for state in stack.queues()["queues"]} == {1}


def test_beat_signs_what_it_sends(stack: Stack) -> None:
    before = len(stack.succeeded("worker-emails"))
    wait_for(lambda: len(stack.succeeded("worker-emails")) >= before + 3, 30, "three runs that beat sent", stack.logs)


def test_a_key_is_replaced_under_load_and_no_task_is_lost(stack: Stack) -> None:
    certificate = stack.directory / "signing" / "certificate.pem"
    first = certificate.read_bytes()
    with _load(stack) as sent:
        for step in ("announce", "use"):
            stack.checked("make", "signing-keys", f"STEP={step}")
            stack.checked("make", "restart")
        wait_for(lambda: stack.health()["healthy"], 60, "healthy with the new key", lambda: str(stack.health()))
    assert certificate.read_bytes() != first
    for queue, ids in sent.items():
        wait_for(partial(stack.have_succeeded, f"worker-{queue}", ids), 60, f"all of {queue}")
    assert min(map(len, sent.values())) > MANY, "there was a load"
    stack.checked("make", "signing-keys", "STEP=forget")
    stack.checked("make", "restart")
    assert len(list((stack.directory / "signing" / "trusted").iterdir())) == 1
    done = stack.operate("send", "shop.tasks.default.example", "--wait", "20")
    assert done.returncode == 0, done.stderr
    assert _refusals(stack, "worker-default") == []


def test_changed_arguments_are_refused_with_the_task_in_the_log_and_a_header_is_not_signed(stack: Stack) -> None:
    said = stack.compose("exec", "-T", "worker-default", "python", "-", stdin=TAMPERED)
    changed, renamed = said.split()
    wait_for(lambda: _refusals(stack, "worker-default") != [], 30, "it is refused", stack.logs)
    (refusal,) = _refusals(stack, "worker-default")
    assert refusal["level"] == "critical"
    # Not "Bad signature": what Celery 5.7 makes of it ends in a TypeError (celery/security/utils.py).
    assert "SecurityError" in refusal["event"]
    for told in (changed, "shop.tasks.default.example"):
        assert told in refusal["event"]
    # S55: what a signature does not cover.
    wait_for(lambda: stack.have_succeeded("worker-default", [renamed]), 30, "another task with these arguments")
    assert changed not in stack.succeeded("worker-default")
    (later,) = stack.send("shop.tasks.default.example", 1)
    wait_for(lambda: stack.have_succeeded("worker-default", [later]), 30, "the worker goes on")


@contextmanager
def _load(stack: Stack) -> Iterator[dict[str, list[str]]]:
    """Send tasks to each queue, in a container of its own; their ids by queue, once it has ended."""
    sent: dict[str, list[str]] = {}
    command = ["docker", "compose", "run", "--rm", "--no-deps", "-T", "worker-default", "python", "-c", SENDER, *QUEUES]
    with subprocess.Popen(
        command, cwd=stack.directory, env=stack.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as sender:
        before = len(stack.succeeded("worker-default"))
        wait_for(lambda: len(stack.succeeded("worker-default")) > before, 30, "the load is on")
        yield sent
        said, _ = sender.communicate(timeout=60)
    sent |= json.loads(said)


def _refusals(stack: Stack, service: str) -> list[dict[str, Any]]:
    """What a worker said of messages that it could not take."""
    return [record for record in stack.records(service) if "Can't decode message" in str(record.get("event"))]
