"""TLS through Sentinel: the Sentinels and the master are verified, each alone, and a failover goes over TLS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generated.owner import new
from generated.pairs import THIS_RUN, need_servers
from generated.stacks import wait_for
from generated.tls_servers import TlsStack, issue

if TYPE_CHECKING:
    from collections.abc import Iterator

SENTINELS = ("sentinel-1", "sentinel-2", "sentinel-3")
REDIS = ("redis-1", "redis-2")
REASONS = {
    "another name": "Hostname mismatch",
    "another authority": "unable to get local issuer certificate",
    "expired": "certificate has expired",
}
TASK = "shop.tasks.default.example"
IN_A_CONTAINER = ("docker", "compose", "run", "--rm", "--no-deps", "-T", "worker-default")
FILES = [f"SHOP_{side}_{file}_FILE" for side in ("BROKER", "RESULT_BACKEND") for file in ("CERTIFICATE", "KEY")]
# redis-py asks Sentinels with these, and keeps the reasons of their refusals to itself.
VERIFIED = """
import sys
from redis import Redis
from shop import config
for options in (config.broker_transport_options, config.result_backend_transport_options):
    try:
        Redis(sys.argv[1], 26379, **options["sentinel_kwargs"]).ping()
    except Exception as error:
        print(error)
"""
# The control: whoever does not verify is let in.
UNVERIFIED = """
import sys
from redis import Redis
files = {"ssl_certfile": "/run/tls/client.pem", "ssl_keyfile": "/run/tls/client.key"}
options = {"ssl": True, "ssl_cert_reqs": "none", "ssl_check_hostname": False, "password": sys.argv[3], **files}
assert Redis(sys.argv[1], int(sys.argv[2]), **options).ping()
"""

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsStack]:
    """A project that runs over TLS alone, as its README starts it."""
    need_servers("redis-sentinel", "sentinel")
    flags = ("--broker", "redis-sentinel", "--backend", "sentinel", "--with", "tls", "--queue", "default")
    stack = TlsStack(new(tmp_path_factory.mktemp("tls"), *flags), f"tls-sentinel-{THIS_RUN}")
    try:
        stack.checked("make", "up-tls", seconds=900)
        yield stack
    finally:
        stack.down()


def test_tasks_results_health_and_beat_go_over_tls(stack: TlsStack) -> None:
    wait_for(lambda: _health(stack)["healthy"], 90, "python -m shop health", lambda: str(_health(stack)))
    done = stack.operate("send", TASK, "--wait", "30")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", REASONS)
def test_sentinels_that_cannot_be_trusted_are_refused_with_the_reason(stack: TlsStack, kind: str) -> None:
    _show_wrong(stack, kind, SENTINELS)
    try:
        for check in _checks(stack).values():
            assert check["status"] == "failed"
            assert "No master found" in check["detail"]
        said = stack.checked(*IN_A_CONTAINER, "python", "-c", VERIFIED, SENTINELS[0])
        assert said.count(REASONS[kind]) == 2, "to the broker and to the result backend"
        _assert_is_let_in_without_verification(stack, "sentinel-1", 26379, "SENTINEL_PASSWORD")
    finally:
        _show_right(stack, SENTINELS)


def test_a_master_with_another_name_is_refused_though_the_sentinels_are_trusted(stack: TlsStack) -> None:
    _show_wrong(stack, "another name", REDIS)
    try:
        for check in _checks(stack).values():
            assert check["status"] == "failed"
            assert REASONS["another name"] in check["detail"]
        _assert_is_let_in_without_verification(stack, "redis-1", 6379, "REDIS_PASSWORD")
    finally:
        _show_right(stack, REDIS)


def test_a_client_without_a_certificate_is_refused(stack: TlsStack) -> None:
    taken_out = [word for name in FILES for word in ("-u", name)]
    assert {check["status"] for check in _checks(stack, "env", *taken_out).values()} == {"failed"}


def test_a_plain_connection_is_refused(stack: TlsStack) -> None:
    url = ";".join(f"sentinel://:{_secret(stack, 'REDIS_PASSWORD')}@{name}:26379/0" for name in SENTINELS)
    files = [word for name in (*FILES, "SHOP_BROKER_CA_FILE", "SHOP_RESULT_BACKEND_CA_FILE") for word in ("-u", name)]
    urls = (f"SHOP_BROKER_URL={url}", f"SHOP_RESULT_BACKEND_URL={url}")
    assert {check["status"] for check in _checks(stack, "env", *files, *urls).values()} == {"failed"}


def test_a_failover_goes_over_tls(stack: TlsStack) -> None:
    before = _master(stack)
    stack.checked("docker", "kill", *stack.containers(before))
    wait_for(lambda: _master(stack) in set(REDIS) - {before}, 40, "the replica is the master")
    wait_for(lambda: stack.operate("send", TASK, "--wait", "10").returncode == 0, 60, "a task ends", stack.logs)


def _health(stack: TlsStack) -> dict[str, Any]:
    """What the worker's container finds out."""
    return dict(json.loads(stack.operate("health", "--json", "--timeout", "20").stdout))


def _checks(stack: TlsStack, *environment: str) -> dict[str, dict[str, Any]]:
    """What a new process finds out about broker and backend."""
    done = stack.run(*IN_A_CONTAINER, *environment, "python", "-m", "shop", "health", "--json", "--timeout", "20")
    checks = json.loads(done.stdout)["checks"]
    return {name: checks[name] for name in ("broker", "backend")}


def _show_wrong(stack: TlsStack, kind: str, servers: tuple[str, ...]) -> None:
    certificates, scratch = stack.directory / "var" / "certs", stack.directory / "var" / "scratch"
    for server in servers:
        issue(certificates, scratch, kind, certificates / server, f"DNS:{server}")
    _restart(stack, servers)


def _show_right(stack: TlsStack, servers: tuple[str, ...]) -> None:
    stack.checked("make", "certs", "ROTATE=1")
    _restart(stack, servers)
    wait_for(lambda: {check["status"] for check in _checks(stack).values()} == {"ok"}, 60, "all is well again")


def _restart(stack: TlsStack, servers: tuple[str, ...]) -> None:
    stack.compose("up", "--no-deps", "--force-recreate", *(f"{server}-certificate" for server in servers))
    stack.compose("restart", "--timeout", "2", *servers)


def _assert_is_let_in_without_verification(stack: TlsStack, host: str, port: int, password: str) -> None:
    stack.checked(*IN_A_CONTAINER, "python", "-c", UNVERIFIED, host, str(port), _secret(stack, password))


def _secret(stack: TlsStack, name: str) -> str:
    lines = (stack.directory / ".env").read_text().splitlines()
    (value,) = [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]
    return value


def _master(stack: TlsStack) -> str:
    """The service that the Sentinels name."""
    asked = "redis-cli $TLS_CLIENT -p 26379 sentinel get-master-addr-by-name shop"
    return stack.compose("exec", "-T", "sentinel-1", "sh", "-c", asked).split()[0]
