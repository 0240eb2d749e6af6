"""A real broker and real worker processes.

The tests have their own place on the broker (tests/own_broker.py): whatever else is there is left
alone. Without a server they are skipped and say why. In CI, where
…REQUIRE_BROKER is 1, that is a failure.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

import pytest
from kombu.utils.url import maybe_sanitize_url

from standard_rabbitmq.app import app
from standard_rabbitmq.settings import ENV_PREFIX, get_settings

from tests.in_process import connected_to
from tests.integration.journal import VARIABLE, Journal, eventually
from tests.own_broker import empty

ROOT = Path(__file__).parents[2]
PROBES = "tests.integration.probes"
#: Of result backends.
PORTS = {
    "redis": 6379,
    "rediss": 6379,
    "sentinel": 26379,
    "sentinels": 26379,
    "postgresql": 5432,
    "mysql": 3306,
    "cache": 11211,
    "mongodb": 27017,
}


class Workers:
    """Starts worker processes and leaves none behind."""

    def __init__(self, journal: Journal, directory: Path) -> None:
        self._journal = journal
        self._directory = directory
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(
        self, queue: str, *options: str, include: str = PROBES, **variables: str
    ) -> subprocess.Popen[bytes]:
        """Start the worker of a queue as in production, and return when it consumes.

        Args:
            queue: its key in `topology.QUEUES`.
            options: further options of `celery worker`.
            include: modules to put into the worker.
            variables: environment variables, without the prefix of this project.
        """
        name = f"{queue}-{len(self._processes)}"
        variables["RUN_DIR"] = str(self._directory / name)
        environment = {
            **os.environ,
            VARIABLE: str(self._journal.path),
            **{f"{ENV_PREFIX}{key}": value for key, value in variables.items()},
        }
        command = [sys.executable, "-m", "standard_rabbitmq"]
        command += ["worker", queue, "--"]
        command += [f"--hostname={name}@%h", f"--include={include}", *options]
        # In a session of its own, so that `kill` reaches its children too.
        process = subprocess.Popen(  # noqa: S603  (nothing in it comes from outside)
            command,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        self._processes.append(process)
        eventually(lambda: self._is_ready(name, process), within=60)
        return process

    def _is_ready(self, name: str, process: subprocess.Popen[bytes]) -> bool:
        if process.poll() is not None:
            raise AssertionError(f"{name} ended with {process.returncode} before it was ready")
        hostname = f"{name}@{socket.gethostname()}"
        return bool(self._journal.entries("ready", hostname=hostname))

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Do what a power cut does."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> None:
        """Stop all of them, with force if need be."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            self.kill(process)


def port_of(server: SplitResult) -> int:
    """Return the port of a URL, or the usual one of its scheme."""
    return server.port or PORTS[server.scheme.partition("+")[0]]


def _shown(url: str) -> str:
    """The URLs of one server each, as kombu separates them, without their passwords."""
    return ";".join(map(maybe_sanitize_url, url.split(";")))


def _no_server(reason: str) -> NoReturn:
    reason = f"{reason.rstrip('.')}; start one (`make test-integration`), or see .env.example"
    if os.environ.get(f"{ENV_PREFIX}REQUIRE_BROKER") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def broker_url() -> str:
    """Return the URL of a broker that answers."""
    url = get_settings().broker_url.get_secret_value()
    try:
        empty(url)
        with app.connection_for_write(url, connect_timeout=3) as connection:
            connection.ensure_connection(max_retries=1)
    except Exception as error:  # noqa: BLE001  (each broker's client raises its own)
        reason = f"no broker at {_shown(url)}: {error}"
    else:
        return url
    _no_server(reason)


@pytest.fixture(scope="session")
def result_backend_url() -> str | None:
    """Return the URL of a result backend that answers."""
    url: str | None = app.conf.result_backend
    if url == "cache+memory://":  # from tests/conftest.py
        _no_server(f"{ENV_PREFIX}RESULT_BACKEND_URL is not set")
    server = urlsplit((url or "").removeprefix("db+"))
    if url is None or server.hostname is None:
        return url
    try:
        socket.create_connection((server.hostname, port_of(server)), timeout=3).close()
    except OSError as error:
        reason = f"no result backend at {_shown(url)}: {error}"
    else:
        return url
    _no_server(reason)


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """Read what the workers of this test do."""
    journal = Journal(tmp_path / "journal.jsonl")
    monkeypatch.setenv(VARIABLE, str(journal.path))
    return journal


@pytest.fixture
def workers(
    broker_url: str, result_backend_url: str | None, journal: Journal, tmp_path: Path
) -> Iterator[Workers]:
    """Start workers on an empty broker."""
    empty(broker_url)
    started = Workers(journal, tmp_path)
    with connected_to(app, broker_url, result_backend_url):
        try:
            yield started
        finally:
            journal.release()
            started.stop()
