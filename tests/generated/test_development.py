"""The development containers: reachable from this machine only, and restarted with new code when a file changes."""

from __future__ import annotations

import json
import re
import shlex
from hashlib import sha256
from pathlib import Path

import pexpect
import pytest

from generated.commands import readme_commands
from generated.owner import choose_free_ports, new
from generated.pairs import THIS_RUN, need_servers
from generated.stacks import Stack, wait_for

FILES = ("-f", "compose.yaml", "-f", "compose.dev.yaml")
TASK = "shop.tasks.default.example"
PUBLISHED = re.compile(r"([0-9.:\[\]]+):\d+->")

pytestmark = [pytest.mark.docker, pytest.mark.slow]


def test_the_development_containers_answer_here_and_run_what_is_edited(tmp_path: Path) -> None:
    need_servers("redis", "redis")
    stack = Stack(new(tmp_path, "--broker", "redis", "--backend", "redis"), f"scaffold-development-{THIS_RUN}")
    choose_free_ports(stack.directory)
    try:
        stack.checked("make", "lock")
        stack.compose(*FILES, "up", "--build", "--wait", "--detach")
        assert set(PUBLISHED.findall(stack.compose("ps", "--format", "{{.Ports}}"))) == {"127.0.0.1"}
        for command in readme_commands(stack.directory, "health --json"):
            _run_here(stack, command)
        assert _result(stack) == sha256(b"hello").hexdigest()
        _edit(stack)
        wait_for(lambda: _result(stack) == "edited", 60, "the worker runs the new code")
    finally:
        stack.down()
        stack.run("docker", "image", "rm", "shop:development")


def _here(command: str) -> list[str]:
    """The command as the README says that it is run outside of a container."""
    return ["uv", "run", "--env-file", ".env", *shlex.split(command)]


def _run_here(stack: Stack, command: str) -> None:
    if "purge" in command:
        _purge_at_a_terminal(stack, command)
    else:
        stack.checked(*_here(command))


def _purge_at_a_terminal(stack: Stack, command: str) -> None:
    program, *arguments = _here(command)
    purge = pexpect.spawn(program, arguments, cwd=stack.directory, env=stack.environment, encoding="utf-8", timeout=60)
    purge.expect("Type the queue's name to remove all that waits in it: ")
    purge.sendline("default")
    purge.expect("0 removed from shop.default")
    purge.wait()
    assert purge.exitstatus == 0


def _result(stack: Stack) -> str:
    """What a worker makes of the example now; empty while none answers."""
    done = stack.run(*_here(f"python -m shop send {TASK} --wait 20"))
    return str(json.loads(done.stdout.splitlines()[-1])) if done.returncode == 0 else ""


def _edit(stack: Stack) -> None:
    module = stack.directory / "src" / "shop" / "tasks" / "default.py"
    before = module.read_text()
    after = before.replace("return sha256(text.encode()).hexdigest()", 'return "edited"')
    assert after != before
    module.write_text(after)
