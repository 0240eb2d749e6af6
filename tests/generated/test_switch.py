"""Another broker and another backend for a project that its owner has edited, done as the printed steps say."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from conftest import need
from generated.edited import NEW, edit, scaffold
from generated.owner import new
from generated.pairs import THIS_RUN, need_servers
from generated.stacks import Stack, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.docker, pytest.mark.slow]

AS = ("-c", "user.name=owner", "-c", "user.email=owner@example.com")
HELD_SECONDS = 20
# Task, arguments, result: the owner's two, and an example on each queue.
TASKS = (
    ("shop.tasks.default.greet", ["Ada"], "welcome, Ada"),
    ("shop.tasks.default.example", ["a"], sha256(b"a").hexdigest()),
    ("shop.tasks.urgent.example", ["b"], sha256(b"b").hexdigest()),
    ("shop.tasks.invoices.example", ["c"], sha256(b"c").hexdigest()),
)
TO_RABBITMQ = (
    "delete SHOP_BROKER_URL and SHOP_RESULT_BACKEND_URL from .env",
    "`make install`",
    "look at `git diff`, run `make lint test`, and commit it all",
    "set SHOP_BROKER_URL, SHOP_RESULT_BACKEND_URL, RABBITMQ_PASSWORD, POSTGRES_PASSWORD and SHOP_MANAGEMENT_URL for",
    "start workers of the new version beside the old ones",
    "stop the old beat, then start the new one",
    "deploy the new version of what sends tasks",
    "wait until `python -m shop queues`, run in the old version, shows 0 everywhere",
    "stop the old workers",
    "results stay in Redis, and nothing moves them",
    "`docker compose down --remove-orphans`, then `make up`",
    "`docker volume rm shop_redis-data`",
    "in the end, take out of .env and of the deployment what nothing reads: REDIS_PASSWORD",
)

# What the steps say of queues that exist: tried on the server, with a queue of the project's.
DECLARE = """
from amqp.exceptions import PreconditionFailed
from shop.app import app
from shop.topology import kombu_queues

def declare(**arguments):
    queue = kombu_queues()[0]
    queue.queue_arguments = {**queue.queue_arguments, **arguments}
    try:
        with app.connection_for_write() as connection:
            queue.bind(connection.default_channel).declare()
    except PreconditionFailed:
        return "refused"
    return "accepted"

print(declare(), declare(**{"x-delivery-limit": 3}), declare(**{"x-consumer-timeout": 9_000_000}))
"""


@dataclass(frozen=True)
class Switched:
    """A project after the switch, and the one before.

    Attributes:
        old: the stack of the version before, in a directory of its own.
        new: the stack of the version after.
        steps: what the update said is left to do.
    """

    old: Stack
    new: Stack
    steps: tuple[str, ...]

    @property
    def project(self) -> Path:
        """The working tree."""
        return self.new.directory


@pytest.fixture(scope="module")
def switched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switched]:
    """A project on Redis, edited and committed, then on RabbitMQ and PostgreSQL; what runs of it is removed."""
    need("git", "the way back is compared with a commit")
    for pair in (("redis", "redis"), ("rabbitmq", "postgresql")):
        need_servers(*pair)
    with pytest.MonkeyPatch.context() as patch:
        project = _edited_project(tmp_path_factory.mktemp("switch"), patch)
        before = shutil.copytree(project, project.parent / "before" / "shop")
        found = Switched(
            old=Stack(before, f"scaffold-switch-old-{THIS_RUN}"),
            new=Stack(project, f"scaffold-switch-new-{THIS_RUN}"),
            steps=_update(project, "broker=rabbitmq", "backend=postgresql"),
        )
        try:
            yield found
        finally:
            found.new.down()
            found.old.down()


def _edited_project(directory: Path, patch: pytest.MonkeyPatch) -> Path:
    flags = ("--queue", "default", "--queue", "urgent:priority=high")
    project = new(directory, "--broker", "redis", "--backend", "redis", *flags)
    patch.chdir(project)
    scaffold("add", "queue", "invoices:max_task_seconds=120")
    scaffold("add", "task", "send_invoice", "--queue", "invoices")
    edit(project)
    stack = Stack(project, "edited")
    stack.checked("make", "env")
    stack.checked("make", "lock")
    stack.checked("git", "init", "--quiet")
    stack.checked("git", "add", "--all")
    stack.checked("git", *AS, "commit", "--quiet", "--message", "edited")
    return project


def _update(project: Path, *answers: str) -> tuple[str, ...]:
    """Update the project; the steps that are left."""
    words = [word for answer in answers for word in ("--set", answer)]
    command = ["celery-scaffold", "update", *words, "--json"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return tuple(json.loads(done.stdout)["steps"])


def test_the_steps_are_these_in_this_order(switched: Switched) -> None:
    assert [step[: len(said)] for step, said in zip(switched.steps, TO_RABBITMQ, strict=True)] == list(TO_RABBITMQ)


def test_every_edit_is_still_there_and_lint_and_tests_pass(switched: Switched) -> None:
    project = switched.project
    _follow_for_env(project)
    for path, content in NEW.items():
        assert (project / path).read_text() == content
    switched.new.checked("make", "install")
    assert switched.new.checked("make", "greet") == "hello\n"
    switched.new.checked("make", "lint")
    said = switched.new.checked("make", "test")
    assert re.search(r"[0-9]+ passed", said)


def _follow_for_env(project: Path) -> None:
    """The first step: delete the two lines, `make env`."""
    env = project / ".env"
    lines = env.read_text().splitlines(keepends=True)
    env.write_text("".join(line for line in lines if not re.match(r"SHOP_(BROKER|RESULT_BACKEND)_URL=", line)))
    Stack(project, "env").checked("make", "env")


def test_the_old_stack_is_drained_while_the_new_one_works(switched: Switched) -> None:
    old, after = switched.old, switched.new
    old.build()
    old.up()
    after.build()
    waiting = old.operate("send", TASKS[1][0], "--countdown", str(HELD_SECONDS)).stdout.split()
    wait_for(lambda: not _is_drained(old), 30, "the old version shows what waits", old.queues)
    after.up()
    old.compose("stop", "beat")
    for task, arguments, result in TASKS:
        assert _result(after, task, arguments) == result
    wait_for(lambda: _is_drained(old), 60 + HELD_SECONDS, "the old version shows 0 everywhere", old.queues)
    assert old.have_succeeded("worker-default", waiting), "by a worker of the old version"
    old.compose("down", "--remove-orphans")
    wait_for(partial(_beat_sends, after), 60, "the owner's entry is sent")
    wait_for(lambda: after.health()["healthy"], 60, "python -m shop health")
    assert set(after.containers("clock")), "the owner's container"


def test_rabbitmq_refuses_another_limit_of_deliveries_and_ignores_another_consumer_timeout(switched: Switched) -> None:
    said = switched.new.compose("exec", "-T", "worker-default", "python", "-", stdin=DECLARE)
    assert said == "accepted refused accepted\n"
    rabbitmqctl = ("exec", "-T", "rabbitmq", "rabbitmqctl", "--quiet")
    arguments = switched.new.compose(*rabbitmqctl, "list_queues", "name", "arguments", "--no-table-headers")
    assert "x-consumer-timeout" not in arguments


def test_the_stack_of_before_leaves_nothing_that_the_steps_do_not_name(switched: Switched) -> None:
    """One stack on one machine: the new compose.yaml, under the name of the old one."""
    here = Stack(switched.project, switched.old.name)
    switched.old.compose("up", "--detach", "--wait", "--no-build", "redis")
    here.compose("down", "--remove-orphans")
    assert here.compose("ps", "--all", "--quiet") == ""
    volumes = ("docker", "volume", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={here.name}")
    assert here.checked(*volumes).split() == [f"{here.name}_redis-data"]


def test_the_way_back_leads_to_the_same_bytes(switched: Switched) -> None:
    switched.new.down()
    _update(switched.project, "broker=redis", "backend=redis")
    switched.new.checked("make", "lock")
    assert switched.new.checked("git", "status", "--porcelain") == ""


def _is_drained(stack: Stack) -> bool:
    backlogs = [state["backlog"] for state in stack.queues()["queues"]]
    return all(backlog["ready"] == backlog["unacked"] == 0 for backlog in backlogs)


def _result(stack: Stack, task: str, arguments: list[str]) -> object:
    done = stack.operate("send", task, "--args", json.dumps(arguments), "--wait", "30")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def _beat_sends(stack: Stack) -> bool:
    return any("every-second" in str(record.get("event")) for record in stack.records("beat"))
