"""A generated project in containers: its own compose file, under a project name of the test's."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Past logging: a signal handler must not take logging's lock (celery/apps/worker.py, safe_say).
SIGNAL_HANDLER = ("", "worker: Warm shutdown (MainProcess)")
SEND = """
import json, sys
from importlib import import_module
app = import_module(sys.argv[1]).app
sent = [[app.send_task(task, args=args).id for _ in range(number)] for task, number, args in json.loads(sys.argv[2])]
print(json.dumps(sent))
"""
# Celery's own transport for Pub/Sub has taken a message, and not yet sent it, when `send_task` returns: a sender that
# ends there loses it. The control is to lose its task later.
SEND_PLAIN = SEND + "import time; time.sleep(2)\n"
# That environment itself, what makes a `make` say that it is not the first, and what would have each process of a
# project compile all that it imports: a second of CPU for each worker.
LEFT_OUT = ("VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONDONTWRITEBYTECODE")
SUCCEEDED = re.compile(r"succeeded in ([0-9.e-]+)s")
# The service of the control, which logs as Celery does.
PLAIN = "worker-plain"
OWN = "{{.Service}} {{.Image}}"
# Lines that a failure shows: a traceback says at its end what happened, and a second one follows the first.
SHOWN = 80


@dataclass(frozen=True)
class Run:
    """A run of a task that ended well, as the worker's log tells it."""

    task_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Stack:
    """The containers of one generated project.

    Attributes:
        directory: the root of the project.
        name: the compose project, and the tag of its image.
    """

    directory: Path
    name: str

    @property
    def environment(self) -> dict[str, str]:
        """What tells this stack from others of the same name on this machine."""
        return {**with_uv(), "COMPOSE_PROJECT_NAME": self.name, "IMAGE_TAG": self.name}

    def run(self, *command: str, stdin: str = "", seconds: float = 600) -> subprocess.CompletedProcess[str]:
        """Run a command in the project's directory, whatever comes of it."""
        return subprocess.run(
            command,
            cwd=self.directory,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def checked(self, *command: str, stdin: str = "", seconds: float = 600) -> str:
        """Run a command; its standard output. Raises AssertionError with both streams when it fails."""
        done = self.run(*command, stdin=stdin, seconds=seconds)
        if done.returncode != 0:
            said = f"{done.stdout[-4000:]}\n{done.stderr[-3000:]}"
            raise AssertionError(f"{' '.join(command)}: exit code {done.returncode}\n{said}")
        return done.stdout

    def compose(self, *arguments: str, stdin: str = "") -> str:
        """Run `docker compose`; its standard output."""
        return self.checked("docker", "compose", *arguments, stdin=stdin)

    def build(self) -> None:
        """Build the image, from the layer cache where nothing changed."""
        self.compose("build", "--quiet")

    def up(self) -> None:
        """Start everything, beat twice, and wait until all of it is healthy."""
        self.compose("up", "--wait", "--wait-timeout", "300", "--scale", "beat=2", "--detach", "--no-build")

    def send(self, task: str, number: int, *arguments: float) -> list[str]:
        """Send a task from inside a container; the ids."""
        (ids,) = self.send_all((task, number, arguments))
        return ids

    def send_all(self, *batches: tuple[str, int, tuple[float, ...]]) -> list[list[str]]:
        """Send several tasks, so and so often and with these arguments, within a moment; the ids of each."""
        return self._send("worker-default", "shop.app", batches)

    def send_plain(self, task: str, *arguments: float) -> str:
        """Send a task to the worker that runs on Celery's own settings; its id."""
        ((task_id,),) = self._send(PLAIN, "shop.plain", ((task, 1, arguments),), SEND_PLAIN)
        return task_id

    def _send(
        self, service: str, app: str, batches: tuple[tuple[str, int, tuple[float, ...]], ...], script: str = SEND
    ) -> list[list[str]]:
        said = self.compose("exec", "-T", service, "python", "-", app, json.dumps(batches), stdin=script)
        return [[str(task_id) for task_id in ids] for ids in json.loads(said)]

    def operate(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m shop …` inside a container, whatever comes of it."""
        return self.run("docker", "compose", "exec", "-T", "worker-default", "python", "-m", "shop", *words)

    def containers(self, service: str) -> list[str]:
        """The ids of the containers of a service that run."""
        return self.compose("ps", "--quiet", service).split()

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
        if odd := plain(lines):
            raise AssertionError(f"{service} writes {len(odd)} lines that are not JSON, at last\n{_tail(odd)}")
        return [json.loads(line) for line in lines]

    def troubles(self) -> str:
        """What the project's own containers have said that is no JSON, and the last tracebacks that are."""
        services = [line.split() for line in self.compose("ps", "--all", "--format", OWN).splitlines()]
        own = sorted({service for service, image in services if image == f"shop:{self.name}"} - {PLAIN})
        return "\n".join(filter(None, map(self._troubles, own)))

    def _troubles(self, service: str) -> str:
        lines = self.logs(service).splitlines()
        raised = [line for line in lines if line.startswith("{") and '"exception"' in line]
        said = [json.loads(line) for line in raised[-3:]]
        found = [*plain(lines), *(f"{record['event']}\n{record['exception']}" for record in said)]
        return f"--- {service}\n{_tail(found)}" if found else ""

    def records_of(self, service: str, task_id: str) -> list[dict[str, Any]]:
        """The log lines of one task, in the order they were written."""
        return [record for record in self.records(service) if task_id in json.dumps(record)]

    def runs(self, service: str) -> list[Run]:
        """The runs that ended well on a worker."""
        found = [(record, SUCCEEDED.search(str(record.get("event")))) for record in self.records(service)]
        return [_run(record, float(match.group(1))) for record, match in found if match]

    def succeeded(self, service: str) -> list[str]:
        """The ids of the tasks that a worker has finished, one for each run."""
        return [run.task_id for run in self.runs(service)]

    def have_succeeded(self, service: str, ids: list[str]) -> bool:
        """Whether a worker has finished all of these tasks."""
        return set(ids) <= set(self.succeeded(service))

    def unfinished(self, service: str, ids: Iterable[str]) -> dict[str, list[str]]:
        """What a worker has said of those that it has not finished: whether they are lost, or wait."""
        missing = sorted(set(ids) - set(self.succeeded(service)))
        return {id_: [str(record["event"]) for record in self.records_of(service, id_)] for id_ in missing[:10]}

    def health(self) -> dict[str, Any]:
        """What `python -m shop health --json` says; its exit code must agree."""
        done = self.operate("health", "--json")
        found = json.loads(done.stdout)
        if not isinstance(found, dict) or done.returncode != (0 if found["healthy"] else 1):
            raise AssertionError(f"exit code {done.returncode}: {done.stdout} {done.stderr}")
        return found

    def queues(self) -> dict[str, Any]:
        """What `python -m shop queues --json` says."""
        done = self.operate("queues", "--json")
        if done.returncode != 0:
            raise AssertionError(f"exit code {done.returncode}: {done.stdout} {done.stderr}")
        return dict(json.loads(done.stdout))

    def down(self) -> None:
        """Remove all of it but the layers that the next build may use again."""
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")
        self.run("docker", "image", "rm", f"shop:{self.name}")


def moment(record: dict[str, Any]) -> datetime:
    """When a log line was written."""
    return datetime.fromisoformat(record["timestamp"].replace("Z", "+00:00"))


def with_uv() -> dict[str, str]:
    """The environment with the uv of this virtual environment on the path, without it and without a `make` above us."""
    environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    return {**environment, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"}


def wait_for(condition: Callable[[], bool], seconds: float, what: str, more: Callable[[], object] = str) -> float:
    """Wait until a condition holds; the seconds it took. Raises AssertionError with `more` after the deadline."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > seconds:
            raise AssertionError(f"not within {seconds} s: {what} {more()}")
        time.sleep(1)
    return time.monotonic() - start


def plain(lines: list[str]) -> list[str]:
    """The lines that are no JSON, but for what Celery's signal handler prints."""
    return [line for line in lines if not line.startswith("{") and line not in SIGNAL_HANDLER]


def _tail(lines: list[str]) -> str:
    return "\n".join("\n".join(lines).splitlines()[-SHOWN:])


def _run(record: dict[str, Any], seconds: float) -> Run:
    end = moment(record)
    return Run(str(record.get("task_id")), end - timedelta(seconds=seconds), end)
