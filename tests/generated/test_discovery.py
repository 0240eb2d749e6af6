"""Where the broker is: a name whose address changes, the hosts of a cluster of which one is gone, a record of DNS."""

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
from generated import name_server, servers
from generated.owner import new
from generated.running import SENDER, Running
from generated.servers import Server
from generated.stacks import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

USER, PASSWORD = "shop", "a-password"
EXAMPLE = "shop.tasks.default.example"
ZONE = "shop.test"
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
    worker = _in_container(
        project,
        network,
        {"SHOP_BROKER_URL": "redis://broker:6379/0", "SHOP_RESULT_BACKEND_URL": "redis://broker:6379/1"},
    )
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


def test_servers_are_found_by_their_records_in_dns(tmp_path: Path, stack: ExitStack) -> None:
    need("docker", "containers know each other by name")
    for server in ("rabbitmq", "redis"):
        need(server, "a server that DNS names")
    project = new(tmp_path, "--broker", "rabbitmq", "--backend", "redis", "--with", "srv", "--queue", "default")
    network = stack.enter_context(servers.network())
    broker = servers.rabbitmq(USER, PASSWORD)
    # Not where RabbitMQ is by default: the port comes from the record.
    broker = _named(replace(broker, options=(*broker.options, "--env", "RABBITMQ_NODE_PORT=5679")), network, "broker")
    results = _named(servers.redis(), network, "results")
    names = _name_server(network, _amqp=("10 0 5679 gone.", "20 0 5679 broker."), _redis=("0 0 6379 results.",))
    for one in (broker, results, names):
        stack.callback(one.remove)
        one.start()
    urls = {
        "SHOP_BROKER_URL": f"amqp://{USER}:{PASSWORD}@_amqp._tcp.{ZONE}//",
        "SHOP_RESULT_BACKEND_URL": f"redis://_redis._tcp.{ZONE}/0",
    }
    worker = _in_container(project, network, urls, "--dns", names.address_in(network))
    stack.callback(worker.remove)
    worker.start()
    assert _sender_beside(worker, stack).sends("by its record"), worker.logs()
    assert "shop.default" in broker.run("rabbitmqctl", "-q", "list_queues", "name")
    assert results.run("redis-cli", "dbsize").strip() != "0"
    elsewhere = f"SHOP_BROKER_URL=amqp://{USER}:{PASSWORD}@_nothing._tcp.{ZONE}//"
    with pytest.raises(AssertionError) as refusal:
        worker.run("env", elsewhere, "python", "-m", "shop", "worker", "default")
    said = str(refusal.value)
    assert said.endswith(f": SHOP_BROKER_URL: _nothing._tcp.{ZONE}: DNS has no such record of type SRV, for 15 s")
    assert "\n" not in said


def _named(server: Server, network: str, name: str) -> Server:
    return replace(server, options=(*server.options, "--network", network, "--network-alias", name))


def _name_server(network: str, **records: tuple[str, ...]) -> Server:
    """A name server that knows these records of our zone."""
    known = {f"{service}._tcp.{ZONE}.": data for service, data in records.items()}
    script = Path(name_server.__file__)
    ask = f"import dns.resolver as r; r.resolve_at('127.0.0.1', '{next(iter(known))}', 'SRV')"
    return _with_packages(
        {script.parent: "/names"},
        {"RECORDS": json.dumps(known)},
        ("--network", network),
        ("python", "-c", ask),
        ("python", f"/names/{script.name}"),
    )


def _in_container(project: Path, network: str, urls: Mapping[str, str], *options: str) -> Server:
    """The worker in a container, where names are those of the network."""
    return _with_packages(
        {project: "/app"},
        {"SHOP_RUN_DIR": "/tmp/run", **urls},
        ("--network", network, "--workdir", "/app", "--init", *options),
        ("test", "-e", "/tmp/run/ready"),
        ("python", "-m", "shop", "worker", "default"),
    )


def _with_packages(
    mounts: Mapping[Path, str],
    environment: Mapping[str, str],
    options: Sequence[str],
    ready: Sequence[str],
    command: Sequence[str],
) -> Server:
    """A container that has the packages of this interpreter."""
    mounted = {**mounts, Path(celery.__file__).parents[1]: "/packages"}
    variables = {"PYTHONPATH": "/app/src:/packages", "PYTHONDONTWRITEBYTECODE": "1", **environment}
    return Server(
        f"python:{PYTHON}-slim",
        1,
        ready,
        options=(
            *options,
            *(word for source, target in mounted.items() for word in ("--volume", f"{source}:{target}:ro")),
            *(word for name, value in variables.items() for word in ("--env", f"{name}={value}")),
        ),
        command=command,
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
