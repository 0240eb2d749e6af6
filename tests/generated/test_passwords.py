"""A password is replaced on the server and in its file: workers, beat and senders go on, without a restart."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest

from conftest import need
from generated import servers
from generated.owner import new, schedule_every_second
from generated.running import Running
from generated.stacks import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from generated.servers import Server

USER = "shop"
# In no log and no output, whatever goes wrong.
FIRST, SECOND = "canary-first-0b5e", "canary-second-71aa"
EXAMPLE = "shop.tasks.default.example"

pytestmark = [pytest.mark.docker, pytest.mark.slow]


class Rotated(Protocol):
    """The servers of a project, with one user."""

    def servers(self) -> list[Server]:
        """All of them."""

    def urls(self) -> dict[str, str]:
        """The URLs, without a password."""

    def rotate(self) -> None:
        """Let nobody in with the first password any more, and end every connection."""

    def refuses_first(self) -> bool:
        """Whether the first password is locked out."""


class OnRedis:
    """Broker and results on one Redis."""

    def __init__(self) -> None:
        self._redis = servers.redis(FIRST)

    def servers(self) -> list[Server]:
        return [self._redis]

    def urls(self) -> dict[str, str]:
        url = f"redis://{self._redis.address}"
        return {"SHOP_BROKER_URL": f"{url}/0", "SHOP_RESULT_BACKEND_URL": f"{url}/1"}

    def rotate(self) -> None:
        self._ask(FIRST, "config", "set", "requirepass", SECOND)
        self._ask(SECOND, "client", "kill", "type", "normal")
        self._ask(SECOND, "client", "kill", "type", "pubsub")

    def refuses_first(self) -> bool:
        return "NOAUTH" in self._ask(FIRST, "get", "x") and "NOAUTH" not in self._ask(SECOND, "get", "x")

    def _ask(self, password: str, *words: str) -> str:
        return self._redis.run("sh", "-c", f"REDISCLI_AUTH={password} redis-cli {' '.join(words)} 2>&1")


class OnRabbitmqAndPostgresql:
    """The broker is RabbitMQ, results are in PostgreSQL."""

    def __init__(self) -> None:
        self._rabbitmq = servers.rabbitmq(USER, FIRST)
        self._postgresql = servers.postgresql(USER, FIRST)

    def servers(self) -> list[Server]:
        return [self._rabbitmq, self._postgresql]

    def urls(self) -> dict[str, str]:
        return {
            "SHOP_BROKER_URL": f"amqp://{USER}@{self._rabbitmq.address}//",
            "SHOP_RESULT_BACKEND_URL": f"db+postgresql+psycopg://{USER}@{self._postgresql.address}/{USER}",
        }

    def rotate(self) -> None:
        self._rabbitmq.run("rabbitmqctl", "change_password", USER, SECOND)
        self._rabbitmq.run("rabbitmqctl", "close_all_connections", "rotation")
        self._query(FIRST, f"alter user {USER} password '{SECOND}'")
        others = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename = "
        self._query(SECOND, f"{others}'{USER}'")

    def refuses_first(self) -> bool:
        refused = [
            "refused" in self._log_in(FIRST) and "Success" in self._log_in(SECOND),
            "authentication failed" in self._query(FIRST, "select 1") and "1" in self._query(SECOND, "select 1"),
        ]
        return all(refused)

    def _log_in(self, password: str) -> str:
        return self._rabbitmq.run("sh", "-c", f"rabbitmqctl authenticate_user {USER} {password} 2>&1 || echo refused")

    def _query(self, password: str, statement: str) -> str:
        # Not over the socket or 127.0.0.1, where the image asks for no password.
        psql = f'PGPASSWORD={password} psql -h "$(hostname -i)" -U {USER} -c "{statement}" 2>&1 || true'
        return self._postgresql.run("sh", "-c", psql)


@dataclass(frozen=True)
class Rotation:
    """A project on servers, and the file that holds its password."""

    project: Running
    on: Rotated
    password: Path


PAIRS: dict[tuple[str, str], Callable[[], Rotated]] = {
    ("redis", "redis"): OnRedis,
    ("rabbitmq", "postgresql"): OnRabbitmqAndPostgresql,
}


@pytest.fixture(params=PAIRS, ids="-".join)
def rotation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rotation]:
    """Servers with the first password; a worker, beat and a sender that know it from a file."""
    broker, backend = request.param
    for server in ("docker", *dict.fromkeys(request.param)):
        need({"postgresql": "postgres"}.get(server, server), "a server whose password is replaced")
    directory = new(tmp_path, "--broker", broker, "--backend", backend)
    schedule_every_second(directory, "default")
    password = tmp_path / "password"
    password.write_text(f"{FIRST}\n")
    on = PAIRS[request.param]()
    project = None
    try:
        for server in on.servers():
            server.start()
        files = {f"SHOP_{side}_PASSWORD_FILE": str(password) for side in ("BROKER", "RESULT_BACKEND")}
        project = Running(directory, "shop", {**on.urls(), **files, "SHOP_LOG_LEVEL": "DEBUG"})
        yield Rotation(project, on, password)
    finally:
        if project:
            project.stop()
        for server in on.servers():
            server.remove()


def test_a_replaced_password_stops_nobody(rotation: Rotation) -> None:
    project = rotation.project
    project.start("worker", "worker", "default")
    project.start("beat", "beat")
    project.start_sender()
    project.wait_until_ready("worker")
    assert "result" in project.send(EXAMPLE, "before"), project.logs()
    wait_for(lambda: _ticks(project) >= 2, 40, "beat sends", project.logs)

    rotation.on.rotate()
    time.sleep(3)  # Long enough for everyone to be refused with the first password.
    said = [project.run("health").stdout]
    rotation.password.write_text(f"{SECOND}\n")

    assert rotation.on.refuses_first()
    wait_for(lambda: "result" in project.send(EXAMPLE, "after"), 60, "a task after the rotation", project.logs)
    before = _ticks(project)
    wait_for(lambda: _ticks(project) >= before + 2, 60, "beat goes on", project.logs)
    assert project.are_alive(), project.logs()
    health = project.run("health", "--json")
    assert health.returncode == 1, health.stdout  # only the queue of the worker that was started is read
    said += [health.stdout, health.stderr, project.run("queues").stdout, project.logs()]
    assert [one for one in said if FIRST in one or SECOND in one] == []


def _ticks(project: Running) -> int:
    return project.logs().count("Sending due task every-second")
