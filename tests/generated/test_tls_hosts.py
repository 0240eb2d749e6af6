"""Two RabbitMQs behind one URL, over TLS: each has to show its own name, when it is its turn."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from conftest import need
from generated import servers
from generated.owner import new
from generated.stacks import wait_for, with_uv
from generated.tls_servers import issue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generated.servers import Server

USER, PASSWORD = "shop", "a-password"
# Certificates name one of them each.
HOSTS = ("127.0.0.1", "127.0.0.2")
# It sends whenever it is told to, over one pool of connections, and says what came of it.
SENDER = """
import sys
from shop.app import app
{change}
for _ in sys.stdin:
    errors = []
    policy = {{"max_retries": 4, "errback": lambda error, interval: errors.append(str(error))}}
    try:
        app.send_task("shop.tasks.default.example", ignore_result=True, retry_policy=policy)
        print("sent", flush=True)
    except Exception as error:
        print(errors, flush=True)
"""
# The control.
AS_KOMBU_DOES = """
from kombu.transport import TRANSPORT_ALIASES
from shop import credentials
TRANSPORT_ALIASES["amqps"] = "kombu.transport.pyamqp:SSLTransport"
"""

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an authority of its own, and a certificate for clients."""
    need("docker", "messages go through real servers")
    need("rabbitmq", "messages go through real servers")
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: it makes the certificates")
    directory = tmp_path_factory.mktemp("hosts")
    project = new(directory, "--broker", "rabbitmq", "--backend", "none", "--with", "tls", "--queue", "default")
    subprocess.run(["make", "certs"], cwd=project, env=with_uv(), check=True, capture_output=True)
    return project


@pytest.fixture(scope="module")
def cluster(project: Path) -> Iterator[tuple[Server, Server, Server]]:
    """Three servers, not clustered: two that show their own names, and one that shows the name of the first."""
    named = ((HOSTS[0], HOSTS[0]), (HOSTS[1], HOSTS[1]), (HOSTS[1], HOSTS[0]))
    first, second, impostor = (_server(project, host, name) for host, name in named)
    try:
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda server: server.start(), (first, second, impostor)))
        yield first, second, impostor
    finally:
        for server in (first, second, impostor):
            server.remove()


def test_the_next_host_is_verified_by_its_own_name_and_not_by_that_of_the_first(
    project: Path, cluster: tuple[Server, Server, Server]
) -> None:
    first, second, impostor = cluster
    with (
        _sender(project, first, second) as sender,
        _sender(project, first, second, change=AS_KOMBU_DOES) as as_kombu_does,
        _sender(project, first, impostor) as deceived,
    ):
        assert [_send(sender), _send(as_kombu_does), _send(deceived)] == ["sent"] * 3
        first.remove()
        assert _send(sender) == "sent"
        assert f"certificate is not valid for '{HOSTS[0]}'" in _send(as_kombu_does)
        assert f"certificate is not valid for '{HOSTS[1]}'" in _send(deceived)
    # A quorum queue tells its length every few seconds.
    wait_for(lambda: "shop.default\t1" in _lengths(second), 30, "the message is there", lambda: _lengths(second))


def _lengths(server: Server) -> str:
    return server.run("rabbitmqctl", "-q", "list_queues", "name", "messages")


def _server(project: Path, host: str, name: str) -> Server:
    certificates, own = project / "var" / "certs", project / "var" / f"certs-{host}-{name}"
    own.mkdir(exist_ok=True)
    issue(certificates, project / "var" / "scratch", "good", own / "rabbitmq", f"IP:{name}")
    shutil.copy(certificates / "ca.pem", own)
    for file in own.iterdir():
        file.chmod(0o644)  # For the user of the container.
    return servers.rabbitmq_over_tls(USER, PASSWORD, host, project / "deploy" / "tls" / "rabbitmq.conf", own)


@contextmanager
def _sender(project: Path, *cluster: Server, change: str = "") -> Iterator[subprocess.Popen[str]]:
    certificates = project / "var" / "certs"
    environment = {
        **with_uv(),
        "PYTHONPATH": f"{project}/src",
        "SHOP_BROKER_URL": ";".join(f"amqps://{USER}:{PASSWORD}@{server.address}//" for server in cluster),
        "SHOP_BROKER_CA_FILE": f"{certificates}/ca.pem",
        "SHOP_BROKER_CERTIFICATE_FILE": f"{certificates}/client.pem",
        "SHOP_BROKER_KEY_FILE": f"{certificates}/client.key",
    }
    command = [sys.executable, "-c", SENDER.format(change=change)]
    with subprocess.Popen(
        command, cwd=project, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _send(sender: subprocess.Popen[str]) -> str:
    """What came of one more task."""
    if sender.stdin is None or sender.stdout is None:
        raise AssertionError("the sender has no pipes")
    sender.stdin.write("\n")
    sender.stdin.flush()
    return sender.stdout.readline().strip()
