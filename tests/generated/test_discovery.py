"""Where the broker is: a name whose address changes, and the hosts of a cluster of which one is gone."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import celery
import pytest

from conftest import need
from generated import servers
from generated.owner import new
from generated.running import SENDER, Running
from generated.servers import Server
from generated.stacks import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

USER, PASSWORD = "shop", "a-password"
EXAMPLE = "shop.tasks.default.example"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@dataclass(frozen=True)
class Sender:
    """A process that sends and waits for results, for as long as the test lasts."""

    process: subprocess.Popen[str]

    def sends(self, text: str) -> bool:
        """Whether a task that is sent now succeeds within a minute."""
        if self.process.stdin is None or self.process.stdout is None:
            raise AssertionError("there are no pipes")
        self.process.stdin.write(json.dumps([EXAMPLE, [text]]) + "\n")
        self.process.stdin.flush()
        return "result" in json.loads(self.process.stdout.readline() or "{}")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is undone at the end of a test, last things first."""
    with ExitStack() as undone:
        yield undone


def test_a_server_that_moved_is_found_by_its_name(tmp_path: Path, stack: ExitStack) -> None:
    need("docker", "containers know each other by name")
    need("redis", "the server that moves")
    project = new(tmp_path, "--broker", "redis", "--backend", "redis")
    network = stack.enter_context(servers.network())
    options = ("--network", network, "--network-alias", "broker")
    first, second = (replace(servers.redis(), options=options, name=f"{network}-{place}") for place in ("a", "b"))
    for server in (first, second):
        stack.callback(server.remove)
    worker = _in_container(project, network)
    stack.callback(worker.remove)
    first.start()
    worker.start()
    sender = _sender_beside(worker, stack)
    assert sender.sends("before"), worker.logs()
    second.start()
    first.unplug(network)  # Not stopped: its side of the connections says nothing.
    wait_for(lambda: sender.sends("after"), 90, "a task goes over the server that moved", worker.logs)
    assert second.run("redis-cli", "-n", "1", "dbsize").strip() not in ("", "0")
    assert worker.is_running


def test_the_next_host_of_a_cluster_takes_over_with_the_same_password(tmp_path: Path, stack: ExitStack) -> None:
    need("docker", "servers run in containers")
    need("rabbitmq", "the hosts that are there and gone")
    directory = new(tmp_path, "--broker", "rabbitmq", "--backend", "rpc")
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    hosts = [servers.rabbitmq(USER, PASSWORD) for _ in range(2)]
    for host in hosts:
        stack.callback(host.remove)
        host.start()
    urls = ";".join(f"amqp://{USER}@{host.address}//" for host in hosts)
    settings = {"SHOP_BROKER_URL": urls, "SHOP_BROKER_PASSWORD_FILE": str(password)}
    project = Running(directory, "shop", settings)
    stack.callback(project.stop)
    project.restart("worker", "worker", "default")
    project.start_sender()
    assert "result" in project.send(EXAMPLE, "before"), project.logs()
    hosts[0].remove()
    wait_for(lambda: "result" in project.send(EXAMPLE, "after"), 90, "the second host", project.logs)
    assert project.are_alive(), project.logs()
    assert "shop.default" in hosts[1].run("rabbitmqctl", "-q", "list_queues", "name")


def _in_container(project: Path, network: str) -> Server:
    """The worker in a container, where names are those of the network; with the packages of this interpreter."""
    packages = Path(celery.__file__).parents[1]
    mounts = {project: "/app", packages: "/packages"}
    environment = {
        "PYTHONPATH": "/app/src:/packages",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SHOP_BROKER_URL": "redis://broker:6379/0",
        "SHOP_RESULT_BACKEND_URL": "redis://broker:6379/1",
        "SHOP_RUN_DIR": "/tmp/run",
    }
    return Server(
        f"python:{PYTHON}-slim",
        1,
        ("test", "-e", "/tmp/run/ready"),
        options=(
            *("--network", network, "--workdir", "/app", "--init"),
            *(word for source, target in mounts.items() for word in ("--volume", f"{source}:{target}:ro")),
            *(word for name, value in environment.items() for word in ("--env", f"{name}={value}")),
        ),
        command=("python", "-m", "shop", "worker", "default"),
    )


def _sender_beside(worker: Server, stack: ExitStack) -> Sender:
    command = ["docker", "exec", "--interactive", worker.name, "python", "-c", SENDER, "shop"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stack.callback(_end, process)
    return Sender(process)


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
