"""An edited project, the update that is tried on it, and runs of the command that are ended on the way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from celery_scaffold.__main__ import main

from processes import heed_signals
from update.disk import Snapshot, copied, git, snapshot, staged, status

KILLED_RUN = Path(__file__).resolve().parent.parent / "killed_run.py"
# Changes 31 files, removes one and adds one.
UPDATE = ("update", "--broker", "rabbitmq", "--set", "ci=gitlab")
# A line that stays, in a file of which the update changes others; and one that it changes.
MERGED = ("src/shop/settings.py", b"\n\nOWNERS_SETTING = 1\n")
CONFLICT = ("src/shop/ops/purge.py", b"queue_named(arguments.queue).name", b"queue_named(arguments.queue).name.strip()")


@dataclass(frozen=True)
class State:
    """All of a project that an update could change: files, directories, modes, git's index and what it says."""

    files: Snapshot
    index: str
    status: str


def state(project: Path) -> State:
    """How a project is now."""
    return State(snapshot(project), staged(project), status(project))


def made(place: Path, *, conflict: bool) -> Path:
    """A project in git with edits of its owner: some committed, some not, a file of their own, modes, and a secret."""
    assert main(["new", "shop", "--yes", "--output-dir", str(place)]) == 0
    project = place / "shop"
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "generated")
    path, added = MERGED
    (project / path).write_bytes((project / path).read_bytes() + added)
    if conflict:
        path, before, after = CONFLICT
        assert before in (project / path).read_bytes()
        (project / path).write_bytes((project / path).read_bytes().replace(before, after))
    git(project, "commit", "--quiet", "--all", "--message", "edited")
    (project / "README.md").chmod(0o640)
    (project / "Makefile").chmod(0o755)
    (project / "own.txt").write_text("not in git\n")
    (place / "tmp").mkdir()
    return project


@dataclass(frozen=True)
class Command:
    """The command as a process of its own, in a project with a directory for temporary files beside it.

    Attributes:
        project: where it is called.
        below: the directory whose file-system events count.
    """

    project: Path
    below: Path

    def run(self, *arguments: str, at: int | str = 0, sent: signal.Signals = signal.SIGKILL) -> Ended:
        """Run it, and send it a signal at one of the events; 0 for never."""
        done = subprocess.run(
            [sys.executable, str(KILLED_RUN), str(self.below), str(at), str(sent.value), *arguments],
            cwd=self.project,
            env={**os.environ, "TMPDIR": str(self.project.parent / "tmp")},
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=heed_signals,
        )
        events = re.search(r"\nevents: (\d+)\n", done.stderr)
        return Ended(done.returncode, done.stdout, done.stderr, int(events[1]) if events else 0)


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    said: str
    errors: str
    events: int


@dataclass(frozen=True)
class Here:
    """The command in this process: where it is not killed, that is quicker."""

    project: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run it; its exit code, and all that it said."""
        self.monkeypatch.chdir(self.project)
        self.capsys.readouterr()
        code = main(list(arguments))
        captured = self.capsys.readouterr()
        return code, captured.out + captured.err


def copy(project: Path, place: Path) -> Path:
    """The project with what is beside it, elsewhere; git's index is refreshed, since it holds times and inodes."""
    there = copied(project.parent, place) / project.name
    git(there, "status")
    return there
