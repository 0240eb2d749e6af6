"""Tokens of an identity log in to real servers, and end: workers, beat and senders go on with the next one.

The machine's endpoint for identities is played here, over HTTP; what asks it is Azure's own client library.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from redis import Redis

from generated.owner import new, schedule_every_second
from generated.pairs import THIS_RUN, need_servers
from generated.running import Running
from generated.stacks import wait_for, with_uv
from generated.tls_servers import Servers, TlsStack, publish

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

REDIS, POSTGRESQL = "https://redis.azure.com", "https://ossrdbms-aad.database.windows.net"
HEADER = "of this machine"
EXAMPLE = "shop.tasks.default.example"

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@dataclass(frozen=True)
class Endpoint:
    """Where processes of a machine in Azure ask for tokens of its identity.

    Attributes:
        tokens: for each resource, the one that is given out.
        server: which listens from the beginning.
    """

    tokens: dict[str, str]
    server: ThreadingHTTPServer

    @property
    def environment(self) -> dict[str, str]:
        """What the platform sets for each process."""
        address = f"http://127.0.0.1:{self.server.server_port}/msi/token"
        return {"IDENTITY_ENDPOINT": address, "IDENTITY_HEADER": HEADER}

    def go_away(self) -> None:
        """Listen no more."""
        self.server.shutdown()
        self.server.server_close()


def listening(tokens: dict[str, str]) -> Endpoint:
    """An endpoint that gives out these tokens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.tokens = tokens  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return Endpoint(tokens, server)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        (resource,) = parse_qs(urlsplit(self.path).query)["resource"]
        # Nearly over, so that the client asks again for each connection.
        soon = str(int(time.time()) + 60)
        token = self.server.tokens[resource]  # type: ignore[attr-defined]
        answer = {"access_token": token, "expires_on": soon, "resource": resource, "token_type": "Bearer"}
        self.send_response(200 if self.headers["X-IDENTITY-HEADER"] == HEADER else 401)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@dataclass(frozen=True)
class Login:
    """A project that logs in with tokens, its servers, and who makes the tokens."""

    project: Running
    servers: Servers
    endpoint: Endpoint
    files: Mapping[str, str]

    def end_tokens(self, changed: Mapping[str, str]) -> None:
        """Have the servers take other tokens from now on, and end every connection."""
        redis = self._redis(self.endpoint.tokens[REDIS])
        redis.config_set("requirepass", changed[REDIS])
        for kind in ("normal", "pubsub"):
            redis.client_kill_filter(_type=kind)
        with self._postgresql(self.endpoint.tokens[POSTGRESQL]) as connection:
            connection.execute(f"ALTER USER shop PASSWORD '{changed[POSTGRESQL]}'")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND usename = 'shop'"
            )

    def _redis(self, token: str) -> Redis:
        files = self._files("BROKER", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
        return Redis("localhost", self.servers.ports[6379], password=token, ssl=True, **files)

    def _postgresql(self, token: str) -> psycopg.Connection:
        files = self._files("RESULT_BACKEND", "sslrootcert", "sslcert", "sslkey")
        server = {"host": "localhost", "port": self.servers.ports[5432], "sslmode": "verify-full", **files}
        return psycopg.connect(user="shop", dbname="shop", password=token, **server)

    def _files(self, side: str, *names: str) -> dict[str, Any]:
        files = ("CA", "CERTIFICATE", "KEY")
        return {name: self.files[f"SHOP_{side}_{file}_FILE"] for name, file in zip(names, files, strict=True)}


@pytest.fixture
def login(tmp_path: Path) -> Iterator[Login]:
    """Redis and PostgreSQL over TLS, and a project that knows no password of theirs."""
    need_servers("redis", "postgresql")
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: it makes the certificates")
    parts = ("--cloud", "azure", "--with", "identity", "--with", "tls", "--queue", "default")
    directory = new(tmp_path, "--broker", "redis", "--backend", "postgresql", *parts)
    schedule_every_second(directory, "default")
    subprocess.run(["make", "certs"], cwd=directory, env=with_uv(), check=True, capture_output=True)
    ports = publish(directory, "redis", "postgres")
    stack = TlsStack(directory, f"identity-{THIS_RUN}", ("compose.yaml", "compose.tls.yaml", "compose.ports.yaml"))
    with ExitStack() as undone:
        undone.callback(stack.down)
        stack.compose("up", "--detach", "--wait", "redis", "postgres")
        servers = Servers(stack, ports, "redis", "postgres")
        variables = servers.variables()
        passwords = dict(re.findall(r"^(\w+)_PASSWORD=(.+)$", (directory / ".env").read_text(), re.MULTILINE))
        tokens = {REDIS: passwords["REDIS"], POSTGRESQL: passwords["POSTGRES"]}
        endpoint = listening(tokens)
        undone.callback(endpoint.go_away)
        without = {name: value.replace(f":{passwords['POSTGRES']}@", "@") for name, value in variables.items()}
        without["SHOP_BROKER_URL"] = without["SHOP_BROKER_URL"].replace(f":{passwords['REDIS']}@", "")
        logins = {"SHOP_BROKER_LOGIN": "azure-redis", "SHOP_RESULT_BACKEND_LOGIN": "azure-postgresql"}
        environment = {**without, **logins, **endpoint.environment, "SHOP_LOG_LEVEL": "DEBUG"}
        project = Running(directory, "shop", environment)
        undone.callback(project.stop)
        yield Login(project, servers, endpoint, variables)


def test_a_token_that_ends_stops_nobody(login: Login) -> None:
    project = login.project
    project.start("worker", "worker", "default")
    project.start("beat", "beat")
    project.start_sender()
    project.wait_until_ready("worker")
    assert "result" in project.send(EXAMPLE, "with the first token"), project.logs()
    wait_for(lambda: _ticks(project) >= 2, 40, "beat sends", project.logs)

    second = {REDIS: "canary-redis-71aa", POSTGRESQL: "canary-postgresql-0b5e"}
    first = dict(login.endpoint.tokens)
    login.end_tokens(second)
    time.sleep(3)  # Long enough for everyone to be refused with the first.
    login.endpoint.tokens.update(second)
    wait_for(lambda: "result" in project.send(EXAMPLE, "with the second"), 60, "the next token", project.logs)

    login.endpoint.go_away()
    login.end_tokens(second)
    wait_for(lambda: "result" in project.send(EXAMPLE, "nobody makes any"), 90, "the last token", project.logs)
    before = _ticks(project)
    wait_for(lambda: _ticks(project) >= before + 2, 60, "beat goes on", project.logs)
    assert project.are_alive(), project.logs()
    said = project.logs() + project.run("health", "--json").stdout
    assert [token for token in (*first.values(), *second.values()) if token in said] == []


def _ticks(project: Running) -> int:
    return project.logs().count("Sending due task every-second")
