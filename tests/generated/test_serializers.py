"""Signed messages and MessagePack on real servers: what is not signed by a trusted key is not run, and bytes arrive."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from celery_scaffold.model.serializers import AUTH, MSGPACK

from conftest import need
from generated import servers
from generated.owner import new
from generated.pairs import EVERYTHING
from generated.running import Running
from generated.stacks import wait_for, with_uv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generated.servers import Server

USER, PASSWORD = "shop", "a-password"
TASKS = '''

@app.task(name="shop.tasks.default.touch", ignore_result=True)
def touch(path: str) -> None:
    """Leave a trace."""
    from pathlib import Path

    Path(path).touch()


@app.task(name="shop.tasks.default.reverse")
def reverse(data: bytes) -> bytes:
    """Hand back what came, the other way round."""
    return data[::-1]
'''
TOUCH = """
import json, sys
from shop.app import app
for path in json.loads(sys.argv[1]):
    app.send_task("shop.tasks.default.touch", [path], **json.loads(sys.argv[2]))
"""
REVERSE = """
from shop.app import app
print(app.send_task("shop.tasks.default.reverse", [bytes(range(256))]).get(timeout=30) == bytes(range(256))[::-1])
"""
MANY = 20
BROKERS = ["redis", "rabbitmq"]
# The keys are files, whatever the broker is.
WORKER = ("worker", "worker", "default")
BEAT = ("beat", "beat")

pytestmark = [pytest.mark.docker, pytest.mark.slow]


def _server(broker: str) -> Server:
    return servers.redis() if broker == "redis" else servers.rabbitmq(USER, PASSWORD)


@contextmanager
def _project(directory: Path, broker: str, serializer: str) -> Iterator[Running]:
    """An installed project that sends and takes messages in that serializer; results where the broker is."""
    need("uv", "generated projects are installed with uv")
    need("docker", "messages go through a real server")
    need(broker, "messages go through a real server")
    backend = {"redis": "redis", "rabbitmq": "rpc"}[broker]
    root = new(directory, "--broker", broker, "--backend", backend, "--set", f"serializer={serializer}")
    tasks = root / "src" / "shop" / "tasks" / "default.py"
    tasks.write_text(tasks.read_text() + TASKS)
    subprocess.run(["uv", "sync", "--quiet"], cwd=root, env=with_uv(), check=True)
    server = _server(broker)
    project = None
    try:
        server.start()
        urls = {
            "redis": {
                "SHOP_BROKER_URL": f"redis://{server.address}/0",
                "SHOP_RESULT_BACKEND_URL": f"redis://{server.address}/1",
            },
            "rabbitmq": {"SHOP_BROKER_URL": f"amqp://{USER}:{PASSWORD}@{server.address}//"},
        }
        project = Running(root, "shop", urls[broker], str(root / ".venv" / "bin" / "python"))
        yield project
    finally:
        if project:
            project.stop()
        server.remove()


@pytest.fixture
def signing(broker: str, tmp_path: Path) -> Iterator[Running]:
    """A project with signed messages, and its first key."""
    with _project(tmp_path, broker, AUTH) as project:
        _step(project, "make")
        yield project


@pytest.mark.parametrize("broker", BROKERS)
def test_only_what_a_trusted_key_has_signed_is_run(signing: Running, tmp_path: Path) -> None:
    signing.restart(*WORKER)
    signing.restart(*BEAT)
    traces = [str(tmp_path / name) for name in ("unsigned", "foreign", "signed")]
    signing.script(TOUCH, json.dumps(traces[:1]), json.dumps({"serializer": "json"}))
    _step(signing, "make", "--directory", str(tmp_path / "foreign-keys"))
    signing.script(TOUCH, json.dumps(traces[1:2]), "{}", **_keys(tmp_path / "foreign-keys"))
    _touch(signing, traces[2:])
    _wait_for(signing, traces[2:])
    signing.restart(*BEAT)  # It reads what the one before has recorded.
    wait_for(lambda: signing.logs().count("beat: leading") == 2, 60, "the second beat leads", signing.logs)
    checks = json.loads(signing.run("health", "--json").stdout)["checks"]
    assert {name: check["status"] for name, check in checks.items()} == dict.fromkeys(checks, "ok"), checks
    assert signing.are_alive(), signing.logs()
    assert _present(traces) == traces[2:]
    for refusal in ("Unknown certificate", "json (application/json)"):
        assert refusal in signing.logs()


@pytest.mark.parametrize("broker", BROKERS if EVERYTHING else BROKERS[:1])
def test_a_key_is_replaced_and_no_task_is_lost(signing: Running, tmp_path: Path) -> None:
    traces = [[str(tmp_path / f"{stage}-{number}") for number in range(MANY)] for stage in range(5)]
    old = tmp_path / "old-keys"
    shutil.copytree(signing.directory / "signing", old)
    _touch(signing, traces[0])  # They wait.
    _step(signing, "announce")
    signing.restart(*WORKER)
    _touch(signing, traces[1], old)
    _wait_for(signing, traces[0] + traces[1])
    _step(signing, "use")
    _touch(signing, traces[2])  # By the new key, to a worker that still has the old one.
    signing.restart(*WORKER)
    _touch(signing, traces[3], old)
    _wait_for(signing, traces[2] + traces[3])
    _step(signing, "forget")
    signing.restart(*WORKER)
    refused = [str(tmp_path / "refused")]
    _touch(signing, refused, old)
    _touch(signing, traces[4])
    _wait_for(signing, traces[4])
    assert _present(refused) == []


def test_bytes_travel_as_they_are_in_msgpack(tmp_path: Path) -> None:
    with _project(tmp_path, "redis", MSGPACK) as project:
        project.restart(*WORKER)
        assert project.script(REVERSE).strip() == "True", project.logs()
        before = [str(tmp_path / "from-before")]
        project.script(TOUCH, json.dumps(before), json.dumps({"serializer": "json"}))
        _wait_for(project, before)


def _step(project: Running, *words: str) -> None:
    code = "import sys; from shop.signing import main; sys.argv[0] = 'signing'; main()"
    project.script(code, *words)


def _keys(directory: Path) -> dict[str, str]:
    return {
        "SHOP_SECURITY_KEY": str(directory / "key.pem"),
        "SHOP_SECURITY_CERTIFICATE": str(directory / "certificate.pem"),
        "SHOP_SECURITY_CERT_STORE": str(directory / "trusted"),
    }


def _touch(project: Running, paths: list[str], keys: Path | None = None) -> None:
    """Send a task for each path, signed with the key in use or that of another directory."""
    project.script(TOUCH, json.dumps(paths), "{}", **(_keys(keys) if keys else {}))


def _wait_for(project: Running, paths: list[str]) -> None:
    wait_for(lambda: _present(paths) == paths, 40, "each task has run", project.logs)


def _present(paths: list[str]) -> list[str]:
    from pathlib import Path

    return [path for path in paths if Path(path).exists()]
