"""Every command of a generated project's Makefile and README does what it says."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generated.commands import makefile_targets, readme_commands, readme_targets
from generated.owner import new
from generated.pairs import EVERYTHING, THIS_RUN, need_servers
from generated.stacks import Stack, wait_for
from trees import files_of

if TYPE_CHECKING:
    from collections.abc import Callable

PAIRS = [("rabbitmq", "postgresql"), ("redis", "none")]
USAGE = 2


def _help(stack: Stack) -> None:
    said = stack.checked("make")
    assert {line.split()[0] for line in said.splitlines()} == makefile_targets(stack.directory)


def _env(stack: Stack) -> None:
    env = stack.directory / ".env"
    before = env.read_bytes()
    stack.checked("make", "env")
    assert env.read_bytes() == before, "one that is there stays"
    env.unlink()
    stack.checked("make", "env")
    passwords = [line for line in env.read_text().splitlines() if "_PASSWORD=" in line and not line.startswith("#")]
    lengths = [len(line.partition("=")[2]) for line in passwords if "URL" not in line]
    assert lengths, "there are secrets"
    assert set(lengths) == {48}, "24 random bytes each"
    assert env.stat().st_mode & 0o077 == 0


def _lock(stack: Stack) -> None:
    stack.checked("make", "lock")
    stack.checked("uv", "lock", "--check")


def _install(stack: Stack) -> None:
    stack.checked("make", "install")
    stack.checked(".venv/bin/python", "-m", "shop", "--help")


def _format(stack: Stack) -> None:
    before = _sources(stack)
    stack.checked("make", "format")
    assert _sources(stack) == before, "it is formatted as it is generated"


def _dev(stack: Stack) -> None:
    """Ctrl-C, once an example of each queue has come back."""
    with (stack.directory.parent / "dev.log").open("w+") as log:
        process = subprocess.Popen(
            ["make", "dev"],
            cwd=stack.directory,
            env=stack.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_for(lambda: _said(log.name).count(" dev@") >= 4, 90, "four results")
        finally:
            os.killpg(process.pid, signal.SIGINT)
        process.wait(30)
    assert "Traceback" not in _said(log.name)


def _up(stack: Stack) -> None:
    stack.checked("make", "up")
    states = stack.compose("ps", "--all", "--format", "{{.Service}} {{.Health}}").splitlines()
    assert {state.split()[-1] for state in states} == {"healthy"}, states


def _health(stack: Stack) -> None:
    wait_for(lambda: stack.run("make", "health").returncode == 0, 60, "make health")
    assert stack.checked("make", "health").rstrip().endswith("healthy")


def _logs(stack: Stack) -> None:
    """It follows for ever: five seconds will do."""
    done = stack.run("timeout", "5", "make", "logs")
    assert "worker-default" in done.stdout
    assert "error" not in done.stdout.lower()


def _down(stack: Stack) -> None:
    stack.checked("make", "down")
    assert stack.compose("ps", "--all", "--quiet") == ""


WALK: dict[str, Callable[[Stack], None]] = {
    "help": _help,
    "env": _env,
    "lock": _lock,
    "install": _install,
    "format": _format,
    "dev": _dev,
    "up": _up,
    "health": _health,
    "logs": _logs,
    "down": _down,
}
# What test_projects.py and test_integration.py run for every broker and backend.
RUN_ELSEWHERE = {"lint", "test", "test-integration"}


@pytest.mark.docker
@pytest.mark.slow
@pytest.mark.parametrize(("broker", "backend"), PAIRS if EVERYTHING else PAIRS[:1])
def test_every_command_works_in_the_order_of_a_first_day(broker: str, backend: str, tmp_path: Path) -> None:
    need_servers(broker, backend)
    stack = Stack(new(tmp_path, "--broker", broker, "--backend", backend), f"scaffold-commands-{broker}-{THIS_RUN}")
    assert set(WALK) | RUN_ELSEWHERE == makefile_targets(stack.directory)
    assert readme_targets(stack.directory) <= makefile_targets(stack.directory)
    try:
        for target, walk in WALK.items():
            if target == "down":
                _readme(stack)
            walk(stack)
    finally:
        stack.down()


def _readme(stack: Stack) -> None:
    """The commands of the README, in a container of the stack; there is no terminal there to ask on."""
    for command in readme_commands(stack.directory, "health --json"):
        done = stack.run("docker", "compose", "exec", "-T", "worker-default", *shlex.split(command))
        expected = USAGE if "purge" in command else 0
        assert done.returncode == expected, f"{command}\n{done.stdout}\n{done.stderr}"


def _sources(stack: Stack) -> dict[str, bytes]:
    return {
        path: content for path, content in files_of(stack.directory).items() if path.endswith(".py") and path[0] != "."
    }


def _said(log: str) -> str:
    return Path(log).read_text()
