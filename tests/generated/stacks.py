"""A generated project in containers: its own compose file, under a project name of the test's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docker

if TYPE_CHECKING:
    from collections.abc import Callable

# What an owner might add: a beat entry that is due every second, and a task that takes its time.
SCHEDULE = """

BEAT_SCHEDULE["every-second"] = {
    "task": "shop.tasks.urgent.example",
    "schedule": timedelta(seconds=1),
    "kwargs": {"text": "tick"},
    "options": {"expires": 30, "ignore_result": True},
}
"""
SLOW_TASK = '''

@app.task(name="shop.tasks.default.slow")
def slow(seconds: float) -> float:
    """Take as long as it is told."""
    import time

    time.sleep(seconds)
    return seconds
'''
# Past logging: a signal handler must not take logging's lock (celery/apps/worker.py, safe_say).
SIGNAL_HANDLER = ("", "worker: Warm shutdown (MainProcess)")
SEND = """
import sys
from shop.app import app
from shop.topology import QUEUES
task, number, *arguments = sys.argv[1:]
arguments = [float(argument) for argument in arguments]
for _ in range(int(number)):
    print(app.send_task(task, args=arguments).id)
"""


@dataclass(frozen=True)
class Stack:
    """The containers of one generated project.

    Attributes:
        directory: the root of the project.
        name: the compose project.
    """

    directory: Path
    name: str

    def compose(self, *arguments: str, stdin: str = "") -> str:
        """Run `docker compose`; its standard output. Raises AssertionError with both streams when it fails."""
        done = self._run(*arguments, stdin=stdin)
        if done.returncode != 0:
            raise AssertionError(f"docker compose {' '.join(arguments)}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done.stdout

    def _run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["docker", "compose", "--project-name", self.name, *arguments],
            cwd=self.directory,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def up(self) -> None:
        """Start everything, beat twice, and wait until all of it is healthy."""
        self.compose("up", "--wait", "--wait-timeout", "300", "--scale", "beat=2", "--detach", "--no-build")

    def send(self, task: str, number: int, *arguments: float) -> list[str]:
        """Send a task from inside a container; the ids."""
        words = [task, str(number), *map(str, arguments)]
        text = self.compose("exec", "-T", "worker-default", "python", "-", *words, stdin=SEND)
        return text.split()

    def logs(self, service: str = "") -> str:
        """What the containers of a service, or all of them, have written since they were made.

        From the engine, since `docker compose logs` writes escape sequences between the lines.
        """
        labels = [f"com.docker.compose.project={self.name}"]
        labels += [f"com.docker.compose.service={service}"] if service else []
        with closing(docker.from_env()) as engine:
            containers = engine.containers.list(all=True, filters={"label": labels})
            return "".join(container.logs().decode() for container in containers)

    def records(self, service: str) -> list[dict[str, Any]]:
        """The log lines of a service; each must be one JSON object, but for what Celery's signal handler prints."""
        lines = [line for line in self.logs(service).splitlines() if line not in SIGNAL_HANDLER]
        plain = [line for line in lines if not line.startswith("{")]
        if plain:
            raise AssertionError(f"{service} writes lines that are not JSON: {plain[:10]}")
        return [json.loads(line) for line in lines]

    def succeeded(self, service: str) -> list[str]:
        """The ids of the tasks that a worker has finished, one for each run."""
        return [
            str(record.get("task_id"))
            for record in self.records(service)
            if "succeeded in" in str(record.get("event", ""))
        ]

    def health(self) -> dict[str, Any]:
        """What `python -m shop health --json` says; its exit code must agree."""
        done = self._run("exec", "-T", "worker-default", "python", "-m", "shop", "health", "--json")
        found = json.loads(done.stdout)
        if not isinstance(found, dict) or done.returncode != (0 if found["healthy"] else 1):
            raise AssertionError(f"exit code {done.returncode}: {done.stdout} {done.stderr}")
        return found

    def down(self) -> None:
        """Remove the containers, networks and volumes; the image stays for the layer cache."""
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")


def make(tmp_path: Path, flags: list[str]) -> Path:
    """A new project `shop`, with what the tests add as its owner would, locked and with secrets."""
    from celery_scaffold.__main__ import main

    if main(["new", "shop", "--yes", "--no-git", *flags, "--output-dir", str(tmp_path)]) != 0:
        raise AssertionError("new failed")
    project = tmp_path / "shop"
    package = project / "src" / "shop"
    _append(package / "schedule.py", SCHEDULE)
    _append(package / "tasks" / "default.py", SLOW_TASK)
    subprocess.run(["make", "lock"], cwd=project, env=with_uv(), check=True, capture_output=True)
    return project


def with_uv() -> dict[str, str]:
    """The environment with the uv of this virtual environment on the path, and without the environment itself."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return {**environment, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"}


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait until a condition holds; the seconds it took. Raises AssertionError after the deadline."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > seconds:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(1)
    return time.monotonic() - start


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)
