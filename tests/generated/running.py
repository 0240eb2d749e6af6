"""A generated project that runs on this machine, without containers: its workers, beat, and a sender that stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generated.stacks import wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping

# Sends what each line of standard input says, and answers with the result, or with the error.
SENDER = """
import json, sys
from contextlib import suppress
from celery.exceptions import TimeoutError
from importlib import import_module
app = import_module(f"{sys.argv[1]}.app").app
for line in sys.stdin:
    task, arguments = json.loads(line)
    try:
        result = app.send_task(task, arguments)
        for seconds in [5] * 8:
            # One long `get` would not notice on Redis that the server is cut off: Celery 5.7 waits for the socket of
            # its subscription (celery/backends/redis.py, drain_events), and looks for the result when `get` begins.
            with suppress(TimeoutError):
                result.get(timeout=seconds)
                break
        print(json.dumps({"result": result.get(timeout=1)}), flush=True)
    except BaseException as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
"""


@dataclass
class Running:
    """The processes of one project, and all that they have written.

    Attributes:
        directory: the root of the project.
        package: its import name.
        environment: what its settings are read from.
        python: the interpreter of a virtual environment with its dependencies.
    """

    directory: Path
    package: str
    environment: Mapping[str, str]
    python: str = sys.executable
    _processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    def start(self, name: str, *words: str) -> None:
        """Start `python -m PACKAGE WORDS` under a name."""
        self._start(name, "-m", self.package, *words)

    def start_sender(self) -> None:
        """Start the process that `send` talks to."""
        self._start("sender", "-c", SENDER, self.package)

    def start_script(self, code: str) -> None:
        """Start a script that `ask` talks to: an answer in JSON for each line."""
        self._start("sender", "-c", code)

    def ask(self, question: object) -> Any:
        """What the script answers."""
        sender = self._processes["sender"]
        if sender.stdin is None or sender.stdout is None:
            raise AssertionError("the script has no pipes")
        sender.stdin.write(json.dumps(question) + "\n")
        sender.stdin.flush()
        answer = sender.stdout.readline()
        if not answer:
            raise AssertionError("the script has ended")
        return json.loads(answer)

    def end(self, name: str, how: signal.Signals, seconds: float) -> int | None:
        """Send a signal to a process; its exit code, or None if it goes on for longer."""
        process = self._processes[name]
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        if process.poll() is not None:
            _close(process)
        return process.poll()

    def log(self, name: str) -> str:
        """What one of them has written."""
        return self._log(name).read_text()

    def _start(self, name: str, *words: str) -> None:
        environment = {**self._surroundings(), f"{self.package.upper()}_RUN_DIR": f"var/{name}"}
        with self._log(name).open("a") as log:
            self._processes[name] = subprocess.Popen(
                [self.python, *words],
                cwd=self.directory,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if name == "sender" else log,
                stderr=log,
                text=True,
            )

    def send(self, task: str, *arguments: object) -> dict[str, Any]:
        """What came of a task that the sender sent: its result, or an error."""
        sender = self._processes["sender"]
        if sender.stdin is None or sender.stdout is None:
            raise AssertionError("the sender has no pipes")
        sender.stdin.write(json.dumps([task, arguments]) + "\n")
        sender.stdin.flush()
        answer = sender.stdout.readline()
        if not answer:
            raise AssertionError(self.logs())
        return dict(json.loads(answer))

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m PACKAGE WORDS`, whatever comes of it."""
        return self._finished("-m", self.package, *words)

    def script(self, code: str, *words: str, **environment: str) -> str:
        """Run a script in the environment of the project, and more of it; its standard output."""
        done = self._finished("-c", code, *words, environment=environment)
        if done.returncode != 0:
            raise AssertionError(f"{done.stdout}\n{done.stderr}")
        return done.stdout

    def _finished(self, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        surroundings = {**self._surroundings(), **(environment or {})}
        command = [self.python, *words]
        return subprocess.run(
            command, cwd=self.directory, env=surroundings, capture_output=True, text=True, timeout=120, check=False
        )

    def wait_until_ready(self, name: str) -> None:
        """Wait until a worker consumes, or beat has ticked."""
        directory = self.directory / "var" / name
        files = [directory / "ready", directory / "beat"]
        wait_for(lambda: any(file.exists() for file in files), 60, f"{name} is ready", self.logs)

    def restart(self, name: str, *words: str) -> None:
        """Stop a process of that name, if it runs, start it with these words, and wait until it is ready."""
        if name in self._processes:
            self.stop(name)
        self.start(name, *words)
        self.wait_until_ready(name)

    def are_alive(self) -> bool:
        """Whether every process that was started still runs."""
        return all(process.poll() is None for process in self._processes.values())

    def logs(self) -> str:
        """What all of them have written to their logs."""
        logs = sorted((self.directory / "var" / "log").glob("*"))
        return "".join(f"--- {log.name}\n{log.read_text()}" for log in logs)

    def stop(self, name: str = "") -> None:
        """Stop one of them, or all."""
        for key in [name] if name else [*self._processes]:
            self._processes[key].terminate()
        for key in [name] if name else [*self._processes]:
            process = self._processes.pop(key) if name else self._processes[key]
            with suppress(subprocess.TimeoutExpired):
                process.wait(25)
            process.kill()
            process.wait()
            _close(process)

    def _log(self, name: str) -> Path:
        path = self.directory / "var" / "log" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _surroundings(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CELERY_")}
        return {**kept, **self.environment, "PYTHONPATH": str(self.directory / "src")}


def _close(process: subprocess.Popen[str]) -> None:
    """Close our ends of its pipes."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
