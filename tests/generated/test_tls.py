"""TLS on real servers: what is right works, what is wrong is refused with its reason, and nothing is lost meanwhile."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from generated.owner import new
from generated.pairs import EVERYTHING, THIS_RUN, need_servers
from generated.stacks import Stack, wait_for, with_uv
from generated.tls_servers import Servers, TlsStack, issue, publish, wait_for_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAIRS = [("redis", "redis"), ("rabbitmq", "postgresql")]
SERVICES = {"redis": "redis", "rabbitmq": "rabbitmq", "postgresql": "postgres"}
WRONG = ("another name", "another authority", "expired")
TASK = "shop.tasks.default.example"
# What OpenSSL, and libpq, which keeps the details to itself, say of each.
REASONS = {
    "another name": ("Hostname mismatch", "IP address mismatch", "does not match host name"),
    "another authority": ("unable to get local issuer certificate", "certificate verify failed"),
    "expired": ("certificate has expired", "certificate verify failed"),
}
# What the servers say to a client, in the words of OpenSSL or their own.
NO_CLIENT = ("certificate required", "certificate_required", "valid client certificate", "unknown ca", "unknown_ca")
# The control: the same configuration, but nothing is verified.
UNVERIFIED = {
    "redis": """
broker_use_ssl = redis_backend_use_ssl = redbeat_redis_use_ssl = {
    **broker_use_ssl, "ssl_cert_reqs": "none", "ssl_check_hostname": False
}
""",
    "rabbitmq": """
from ssl import CERT_NONE
from kombu.transport import TRANSPORT_ALIASES
from shop import credentials
TRANSPORT_ALIASES["amqps"] = "kombu.transport.pyamqp:SSLTransport"
broker_use_ssl = {
    name: value for name, value in broker_use_ssl.items() if name in ("certfile", "keyfile")
} | {"cert_reqs": CERT_NONE}
result_backend = result_backend.replace("verify-full", "require")
del database_engine_options["connect_args"]["sslrootcert"]
""",
}

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The servers of one pair with TLS, and a project whose processes run on this machine."""
    broker, backend = request.param
    need_servers(broker, backend)
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: it makes the certificates")
    project = new(tmp_path_factory.mktemp("tls"), "--broker", broker, "--backend", backend, "--with", "tls")
    subprocess.run(["make", "certs"], cwd=project, env=with_uv(), check=True, capture_output=True)
    names = list(dict.fromkeys((SERVICES[broker], SERVICES[backend])))
    ports = publish(project, *names)
    stack = TlsStack(project, f"tls-{broker}-{THIS_RUN}", ("compose.yaml", "compose.tls.yaml", "compose.ports.yaml"))
    try:
        stack.compose("up", "--detach", "--wait", *names)
        yield Servers(stack, ports, names[0], names[-1])
    finally:
        stack.down()


def test_tasks_results_health_and_beat_go_over_tls(servers: Servers) -> None:
    with servers.process("worker", "default"), servers.process("beat"):
        done = servers.shop("send", TASK, "--wait", "40")
        assert done.returncode == 0, done.stderr
        found = json.loads(servers.shop("queues", "--json", "--timeout", "20").stdout)
        assert {queue["queue"] for queue in found["queues"] if queue["consumers"]} == {"default"}
        wait_for(lambda: _all_ok(servers.checks()), 60, "all checks are ok", lambda: str(servers.checks()))


def test_a_server_that_cannot_be_trusted_is_refused_with_the_reason(servers: Servers) -> None:
    try:
        for kind in WRONG:
            for server in servers.names:
                servers.show_wrong(server, kind)
            _assert_refused(servers, kind)
            _assert_accepted_without_verification(servers, kind)
    finally:
        servers.stack.checked("make", "certs", "ROTATE=1")
        for server in servers.names:
            servers.show(server)
    assert servers.shop("send", TASK).returncode == 0, "and all is well again"


def _assert_refused(servers: Servers, kind: str) -> None:
    def is_said(text: str) -> bool:
        return any(reason in text for reason in REASONS[kind])

    with servers.process("worker", "default") as log, ThreadPoolExecutor() as pool:
        sent = pool.submit(servers.shop, "send", TASK)
        asked = pool.submit(servers.shop, "queues", "--timeout", "20")
        checks = servers.checks()
        for done in (sent.result(), asked.result()):
            assert done.returncode == 1, (kind, done)
            assert is_said(done.stderr), (kind, done.stderr)
        for check in ("broker", "backend"):
            assert checks[check]["status"] == "failed", (kind, checks)
            assert is_said(checks[check]["detail"]), (kind, checks)
        wait_for(lambda: is_said(log.read_text()), 60, kind, log.read_text)
        assert "default@" not in log.read_text(), "it is not ready"


def _assert_accepted_without_verification(servers: Servers, kind: str) -> None:
    """The control: it was the certificate, and nothing else."""
    config = servers.stack.directory / "src" / "shop" / "config.py"
    verified = config.read_text()
    config.write_text(verified + UNVERIFIED[servers.broker])
    try:
        done = servers.shop("send", TASK)
        checks = servers.checks()
    finally:
        config.write_text(verified)
    assert done.returncode == 0, (kind, done.stderr)
    assert (checks["broker"]["status"], checks["backend"]["status"]) == ("ok", "ok"), (kind, checks)


def test_a_client_without_a_certificate_or_with_a_foreign_one_is_refused_by_the_servers(servers: Servers) -> None:
    names = [f"SHOP_{server}_{file}_FILE" for server in ("BROKER", "RESULT_BACKEND") for file in ("CERTIFICATE", "KEY")]
    directory = servers.stack.directory / "var"
    issue(directory / "certs", directory / "scratch", "another authority", directory / "foreign")
    foreign = {name: f"{directory}/foreign.{'pem' if 'CERTIFICATE' in name else 'key'}" for name in names}
    for changes in (dict.fromkeys(names), foreign):
        checks = servers.checks(**changes)
        for check in ("broker", "backend"):
            assert checks[check]["status"] == "failed", checks
            said = checks[check]["detail"].lower()
            assert any(word in said for word in NO_CLIENT), said


def test_plain_connections_are_refused(servers: Servers) -> None:
    right = servers.variables()
    plain = {
        "SHOP_BROKER_URL": re.sub("^(redis|amqp)s:", r"\1:", right["SHOP_BROKER_URL"]),
        "SHOP_RESULT_BACKEND_URL": re.sub("^rediss:", "redis:", right["SHOP_RESULT_BACKEND_URL"]).replace(
            "verify-full", "disable"
        ),
        **{name: None for name in right if name.endswith("_FILE")},
    }
    checks = servers.checks(**plain)
    assert (checks["broker"]["status"], checks["backend"]["status"]) == ("failed", "failed"), checks


def test_no_plain_port_is_open(servers: Servers) -> None:
    """Asked from the network of the stack, where nothing is hidden by what is published."""
    closed = {"redis": (), "rabbitmq": (5672, 15672, 15692), "postgres": ()}
    for server in servers.names:
        address = _address(servers.stack, server)
        for port in closed[server]:
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((address, port), timeout=5)


def test_new_certificates_lose_no_task(servers: Servers) -> None:
    with servers.process("worker", "default") as log:
        wait_for_text(log, "ready")
        before = {server: _certificate(servers.stack, server, f"/tls/{server}.pem") for server in servers.names}
        ids = [servers.shop("send", TASK, "--countdown", "12").stdout.split()[0] for _ in range(5)]
        said = servers.stack.checked("make", "certs", "ROTATE=1")
        assert f"var/certs/{servers.broker}.pem: good for 90 days" in said
        for server in before:
            servers.stack.compose("run", "--rm", "--no-deps", f"{server}-certificate")
            servers.stack.compose("restart", server)
        assert all(_certificate(servers.stack, server, f"/tls/{server}.pem") != old for server, old in before.items())
        wait_for(lambda: servers.checks()["broker"]["status"] == "ok", 90, "the broker is back")
        ids += [servers.shop("send", TASK).stdout.split()[0] for _ in range(5)]
        wait_for(lambda: _succeeded(log.read_text()) >= set(ids), 120, "all tasks", lambda: log.read_text()[-3000:])


def test_a_file_that_is_not_there_is_one_line_at_the_start(servers: Servers) -> None:
    done = servers.shop("worker", "default", SHOP_BROKER_CA_FILE="/nowhere.pem")
    assert done.returncode == 1
    assert done.stderr == "SHOP_BROKER_CA_FILE: /nowhere.pem: No such file or directory (see .env.example)\n"


def test_keys_are_for_their_owner_and_stay_where_git_and_the_image_do_not_look(servers: Servers) -> None:
    certificates = servers.stack.directory / "var" / "certs"
    assert certificates.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in certificates.iterdir()} == {0o600}
    assert "/var/" in (servers.stack.directory / ".gitignore").read_text().splitlines()
    assert "!var" not in (servers.stack.directory / ".dockerignore").read_text()


def _all_ok(checks: dict[str, Any]) -> bool:
    return {check["status"] for check in checks.values()} == {"ok"}


def _succeeded(log: str) -> set[str]:
    records = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return {record["task_id"] for record in records if " succeeded in " in str(record.get("event"))}


def _certificate(stack: Stack, service: str, path: str) -> str:
    return stack.compose("exec", "-T", service, "cat", path)


def _address(stack: Stack, server: str) -> str:
    (container,) = stack.containers(server)
    template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    return stack.checked("docker", "inspect", "--format", template, container).strip()


@pytest.mark.parametrize(("broker", "backend"), PAIRS if EVERYTHING else PAIRS[1:])
def test_the_stack_in_containers_comes_up_over_tls_and_takes_new_certificates(
    broker: str, backend: str, tmp_path: Path
) -> None:
    need_servers(broker, backend)
    project = new(tmp_path, "--broker", broker, "--backend", backend, "--with", "tls", "--queue", "default")
    stack = TlsStack(project, f"tls-stack-{broker}-{THIS_RUN}")
    try:
        stack.checked("make", "up-tls", seconds=900)
        wait_for(lambda: stack.health()["healthy"], 90, "python -m shop health", lambda: str(stack.health()))
        before = _certificate(stack, "worker-default", "/run/tls/client.pem")
        stack.checked("make", "certs", "ROTATE=1", "reload-tls")
        assert _certificate(stack, "worker-default", "/run/tls/client.pem") != before
        wait_for(lambda: stack.health()["healthy"], 120, "healthy again", lambda: str(stack.health()))
        done = stack.operate("send", TASK, "--wait", "30")
        assert done.returncode == 0, done.stderr
    finally:
        stack.down()
