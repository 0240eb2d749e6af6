"""Updates need no network, and write nothing in the home directory but the cache of compiled templates."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from celery_scaffold.errors import DONE, FINDINGS

from update.killed import UPDATE, copy, made

# Ends the process at the first try to reach something, or to look up a name.
OFFLINE = """
import os, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"):
        sys.stderr.write(f"network: {event} {arguments}")
        sys.stderr.flush()
        os._exit(99)

sys.addaudithook(refuse)
from celery_scaffold.__main__ import run
run()
"""
# Command → its exit code in a project with a conflict, one after the other.
COMMANDS = {
    ("check",): DONE,
    ("diff",): DONE,
    (*UPDATE, "--dry-run"): FINDINGS,
    UPDATE: FINDINGS,
    ("update", "--abort"): DONE,
    ("add", "queue", "reports"): DONE,
}


@lru_cache
def _without_network() -> tuple[str, ...]:
    """How a process, and git below it, is started without a network; nothing where this user may not."""
    command = ("unshare", "--net", "--map-root-user")
    try:
        allowed = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    return command if allowed else ()


def test_no_command_needs_a_network_or_writes_to_the_home_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made").mkdir()
    project = copy(made(tmp_path / "made", conflict=True), tmp_path / "it")
    home = tmp_path / "home"
    home.mkdir()
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TMPDIR", str(project.parent / "tmp"))
    for command, code in COMMANDS.items():
        done = subprocess.run(
            [*_without_network(), sys.executable, "-c", OFFLINE, *command],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, (command, done.stderr)
        assert os.listdir(project.parent / "tmp") == []
    written = [path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()]
    assert len(written) == 1
    assert written[0].startswith(".cache/celery-scaffold/templates-")
    assert sorted(os.listdir(project.parent)) == ["shop", "tmp"]
