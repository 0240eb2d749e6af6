"""Each broker and backend whose servers a record of DNS may name: the configuration has what the record says."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from threading import Thread
from typing import TYPE_CHECKING

import dns.message
import pytest

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.hosts import Hosts

from generated.name_server import answer
from generated.owner import new

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORDS = {
    "_one._tcp.shop.test.": ["0 0 7001 one.test."],
    "_two._tcp.shop.test.": ["1 0 7001 one.test.", "2 0 7002 two.test."],
}
ONE, TWO = "_one._tcp.shop.test", "_two._tcp.shop.test"
FURTHER = {"AWS_REGION": "eu-central-1", "AWS_ACCOUNT_ID": "123456789012", "SENTINEL_MASTER": "master"}
CONFIGURED = """
import json, sys
import dns.resolver
dns.resolver.default_resolver = dns.resolver.Resolver(configure=False)
dns.resolver.default_resolver.nameservers = ["127.0.0.1"]
dns.resolver.default_resolver.port = int(sys.argv[1])
from shop import config
redbeat = getattr(config, "redbeat_redis_options", {}).get("sentinels") or getattr(config, "redbeat_redis_url", "")
print(json.dumps([config.broker_url, getattr(config, "result_backend", ""), redbeat]))
"""
# Broker, backend, their URLs, and what becomes of these and of RedBeat's.
CASES = [
    (
        *("rabbitmq", "postgresql"),
        (f"amqp://u:p@{TWO}//", f"db+postgresql+psycopg://u@{ONE}/d?sslmode=disable"),
        [
            "amqp://u:p@one.test:7001//;amqp://u:p@two.test:7002//",
            "db+postgresql+psycopg://u@one.test:7001/d?sslmode=disable",
            "",
        ],
    ),
    (
        *("redis", "memcached"),
        (f"redis://:p@{ONE}/3", f"cache+memcached://{ONE}/"),
        ["redis://:p@one.test:7001/3", "cache+memcached://one.test:7001/", "redis://:p@one.test:7001/3"],
    ),
    (
        *("valkey", "redis"),
        (f"rediss://{ONE}/0", f"redis://:p@{ONE}/1"),
        ["rediss://one.test:7001/0", "redis://:p@one.test:7001/1", "rediss://one.test:7001/0"],
    ),
    (
        *("redis-sentinel", "sentinel"),
        (f"sentinels://:p@{TWO}/0", f"sentinel://:p@{TWO}/1"),
        [
            "sentinel://:p@one.test:7001/0;sentinel://:p@two.test:7002/0",
            "sentinel://:p@one.test:7001/1;sentinel://:p@two.test:7002/1",
            [["one.test", 7001], ["two.test", 7002]],
        ],
    ),
    (
        *("pgmq", "mysql"),
        (f"pgmq://u:p@{ONE}/d?sslmode=disable", f"db+mysql+pymysql://u:p@{ONE}/d?ssl_disabled=true"),
        ["pgmq://u:p@one.test:7001/d?sslmode=disable", "db+mysql+pymysql://u:p@one.test:7001/d?ssl_disabled=true", ""],
    ),
    (
        *("sqs", "valkey"),
        ("sqs://", f"redis://{ONE}/1"),
        ["sqs://", "redis://one.test:7001/1", ""],
    ),
]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where a name server answers that knows the records."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind(("127.0.0.1", 0))
        thread = Thread(target=_serve, args=(here,))
        thread.start()
        yield int(here.getsockname()[1])
        here.sendto(b"", here.getsockname())
        thread.join()


def _serve(here: socket.socket) -> None:
    while True:
        wire, client = here.recvfrom(4096)
        if not wire:
            return
        here.sendto(answer(dns.message.from_wire(wire), RECORDS).to_wire(), client)


@pytest.mark.slow
@pytest.mark.parametrize(("broker", "backend", "urls", "expected"), CASES)
def test_the_configuration_has_the_servers_of_the_record(
    tmp_path: Path, port: int, broker: str, backend: str, urls: tuple[str, str], expected: list[object]
) -> None:
    done = _configured(tmp_path, port, broker, backend, urls)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected


@pytest.mark.slow
def test_a_client_that_takes_one_server_is_not_given_two(tmp_path: Path, port: int) -> None:
    done = _configured(tmp_path, port, "redis", "none", (f"redis://:a-password@{TWO}/0", ""))
    reason = f"{TWO} names 2 servers, and this takes one: one.test:7001, two.test:7002"
    assert (done.returncode, done.stderr) == (1, f"SHOP_BROKER_URL: {reason}\n")


def test_all_that_can_be_named_by_a_record_are_tried() -> None:
    tried = {kind for broker, backend, *_ in CASES for kind in (broker, backend)} - {"sqs"}
    brokers = {kind for kind, broker in BROKERS.items() if broker.hosts is not Hosts.NONE}
    backends = {kind for kind, backend in BACKENDS.items() if backend.hosts is not Hosts.NONE}
    assert brokers | backends == tried


def _configured(
    directory: Path, port: int, broker: str, backend: str, urls: tuple[str, str]
) -> subprocess.CompletedProcess[str]:
    project = new(directory, "--broker", broker, "--backend", backend, "--with", "srv", "--queue", "default")
    variables = {"BROKER_URL": urls[0], "RESULT_BACKEND_URL": urls[1], **FURTHER}
    environment = {f"SHOP_{name}": value for name, value in variables.items()}
    return subprocess.run(
        [sys.executable, "-c", CONFIGURED, str(port)],
        env={**os.environ, **environment, "PYTHONPATH": str(project / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
