"""Servers as their images come, and Celery workers on them, for what others advise."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from conftest import need
from generated.pairs import THIS_RUN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

REDIS, RABBITMQ = "redis:8-alpine", "rabbitmq:4-management"
_PORTS = {REDIS: 6379, RABBITMQ: 5672}


def docker(*words: str) -> str:
    """Run docker; its standard output without the last newline."""
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def server(image: str, *arguments: str) -> Iterator[tuple[str, str]]:
    """A server in a container of its own.

    Args:
        image: `REDIS` or `RABBITMQ`.
        arguments: for the server's command line.

    Yields:
        The container's name, and the address of the server on this machine, `localhost:PORT`.
    """
    need("docker", "it runs servers in containers")
    need(image.partition(":")[0], "it runs this server")
    name = f"advice-{THIS_RUN}-{uuid4().hex[:8]}"
    docker("run", "--detach", "--name", name, "--env", "ERL_MAX_PORTS=65536", "--publish-all", image, *arguments)
    try:
        yield name, address(name, image)
    finally:
        docker("rm", "--force", "--volumes", name)


def address(name: str, image: str) -> str:
    """Where a server that has been started answers: at another port after each start."""
    # RabbitMQ's own tools, while it starts, may be the first to make its cookie, and take a second of its core.
    waits = {
        REDIS: lambda: (
            subprocess.run(["docker", "exec", name, "redis-cli", "ping"], capture_output=True, check=False).returncode
        ),
        RABBITMQ: lambda: "Time to start RabbitMQ" not in docker("logs", name),
    }
    wait(waits[image])
    return docker("port", name, str(_PORTS[image])).splitlines()[0].replace("0.0.0.0", "localhost")  # noqa: S104


def redis(name: str, *words: str) -> str:
    """What `redis-cli` answers in a container."""
    return docker("exec", name, "redis-cli", *words)


def wait(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until a call returns something false. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.2)


@contextmanager
def worker(directory: Path, module: str, *arguments: str) -> Iterator[Path]:
    """A Celery worker on the application `app` of a module in a directory, killed at the end.

    Yields:
        Its log, at the level INFO.
    """
    log = directory / f"{module}-{uuid4().hex[:8]}.log"
    command = [sys.executable, "-m", "celery", "-A", module, "worker", "-l", "INFO", "-c", "1", *arguments]
    with log.open("w") as stream:
        process = subprocess.Popen([*command, "-n", f"{module}@%h"], cwd=directory, stdout=stream, stderr=stream)
    try:
        wait(lambda: " ready." not in log.read_text())
        yield log
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
