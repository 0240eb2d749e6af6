"""Single servers in containers, on ports of this machine, and what tests do to them."""

from __future__ import annotations

import subprocess
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from generated.stacks import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A container with one server.

    Attributes:
        image: what it runs.
        port: what it listens on inside.
        options: for `docker run`, before the image.
        command: behind the image.
        ready: a command in the container that succeeds once the server answers.
        host: the address of this machine on which it is published.
        name: of the container.
    """

    image: str
    port: int
    ready: Sequence[str]
    options: Sequence[str] = ()
    command: Sequence[str] = ()
    host: str = "127.0.0.1"
    name: str = field(default_factory=lambda: f"scaffold-server-{uuid.uuid4().hex[:12]}")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ("--detach", "--name", self.name, "--publish", f"{self.host}::{self.port}", *self.options)
        _docker("run", *options, self.image, *self.command)
        wait_for(lambda: self._is_ready, 120, f"{self.image} answers", self.logs)

    @property
    def _is_ready(self) -> bool:
        done = subprocess.run(["docker", "exec", self.name, *self.ready], capture_output=True, check=False)
        return done.returncode == 0

    @property
    def address(self) -> str:
        """Host and port, as this machine reaches it."""
        return _docker("port", self.name, f"{self.port}/tcp").splitlines()[0].strip()

    def address_in(self, network: str) -> str:
        """Its address in a network of containers."""
        form = f'{{{{(index .NetworkSettings.Networks "{network}").IPAddress}}}}'
        return _docker("inspect", "--format", form, self.name).strip()

    @property
    def is_running(self) -> bool:
        """Whether its process has not ended."""
        return _docker("inspect", "--format", "{{.State.Running}}", self.name).strip() == "true"

    def run(self, *command: str) -> str:
        """Run a command in the container; its standard output."""
        return _docker("exec", self.name, *command)

    def logs(self) -> str:
        """What the server has written."""
        done = subprocess.run(["docker", "logs", self.name], capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def unplug(self, network: str) -> None:
        """Cut it off without a word: it runs on, and nobody hears of it."""
        _docker("network", "disconnect", network, self.name)

    def remove(self) -> None:
        """Leave nothing behind."""
        subprocess.run(["docker", "rm", "--force", "--volumes", self.name], capture_output=True, check=False)


@contextmanager
def network() -> Iterator[str]:
    """A network in which containers know each other by name; its own name."""
    name = f"scaffold-network-{uuid.uuid4().hex[:12]}"
    _docker("network", "create", name)
    try:
        yield name
    finally:
        subprocess.run(["docker", "network", "rm", name], capture_output=True, check=False)


def redis(password: str = "") -> Server:
    """A Redis, with a password if one is given."""
    command = ("redis-server", "--save", "", *(("--requirepass", password) if password else ()))
    login = ("env", f"REDISCLI_AUTH={password}") if password else ()
    return Server("redis:8-alpine", 6379, (*login, "redis-cli", "ping"), command=command)


def rabbitmq(user: str, password: str) -> Server:
    """A RabbitMQ with one user."""
    options = ("--env", f"RABBITMQ_DEFAULT_USER={user}", "--env", f"RABBITMQ_DEFAULT_PASS={password}")
    # Erlang makes room for every file that it may open: 1 GB where the engine sets no limit.
    return Server(
        "rabbitmq:4-management",
        5672,
        ("rabbitmq-diagnostics", "-q", "check_port_connectivity"),
        options=("--user", "rabbitmq", "--hostname", "rabbitmq", "--env", "ERL_MAX_PORTS=65536", *options),
    )


def rabbitmq_over_tls(user: str, password: str, host: str, configuration: Path, certificates: Path) -> Server:
    """A RabbitMQ that takes no plain connection; it finds ca.pem, rabbitmq.pem and rabbitmq.key in a directory."""
    plain = rabbitmq(user, password)
    mounted = (f"{configuration}:/etc/rabbitmq/conf.d/20-tls.conf:ro", f"{certificates}:/tls:ro")
    return replace(
        plain,
        port=5671,
        options=(*plain.options, *(word for one in mounted for word in ("--volume", one))),
        ready=("rabbitmq-diagnostics", "-q", "check_port_listener", "5671"),
        host=host,
        name=f"{plain.name}-tls",
    )


def postgresql(user: str, password: str) -> Server:
    """A PostgreSQL with one user and a database of the same name."""
    options = ("--env", f"POSTGRES_USER={user}", "--env", f"POSTGRES_PASSWORD={password}")
    ready = ("pg_isready", "-q", "-h", "127.0.0.1", "-U", user)
    return Server("postgres:17-alpine", 5432, ready, options=options)


def mariadb(user: str, password: str, certificates: Path) -> Server:
    """A MariaDB that takes TLS only, with one user and a database of the same name.

    Args:
        user: what both are called.
        password: of the user, and of root.
        certificates: a directory with ca.pem, server.pem and server.key.
    """
    names = ("MARIADB_USER", "MARIADB_DATABASE", "MARIADB_PASSWORD", "MARIADB_ROOT_PASSWORD")
    values = dict(zip(names, (user, user, password, password), strict=True))
    options = (
        *(word for name, value in values.items() for word in ("--env", f"{name}={value}")),
        *("--volume", f"{certificates}:/tls:ro"),
    )
    command = (
        "--require-secure-transport=ON",
        *("--ssl-ca=/tls/ca.pem", "--ssl-cert=/tls/server.pem", "--ssl-key=/tls/server.key"),
    )
    ready = ("healthcheck.sh", "--connect", "--innodb_initialized")
    return Server("mariadb:11.8", 3306, ready, options=options, command=command)


def mongo(user: str, password: str) -> Server:
    """What stands for MongoDB here, with one user."""
    values = {"MONGO_INITDB_ROOT_USERNAME": user, "MONGO_INITDB_ROOT_PASSWORD": password}
    options = tuple(word for name, value in values.items() for word in ("--env", f"{name}={value}"))
    # By name: while the first user is being made, the server answers on 127.0.0.1 only.
    ping = "mongosh --quiet --host \"$HOSTNAME\" --eval 'quit(db.runCommand({ping: 1}).ok ? 0 : 1)'"
    return Server("mongo:8", 27017, ("sh", "-c", ping), options=options)


def moto() -> Server:
    """An emulator of AWS that knows any region."""
    ready = ("python", "-c", "import socket; socket.create_connection(('127.0.0.1', 5000), 3)")
    return Server("motoserver/moto:5.2", 5000, ready, options=("--env", "MOTO_ALLOW_NONEXISTENT_REGION=true"))


def _docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"docker {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
