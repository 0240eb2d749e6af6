"""How many processes an update and a check start, the tool itself included, in a small project and in a large one.

A project of plain files is checked and updated, of which the template changes every third and the owner edited every
ninth, so that a tool that starts a process for each file, or for each one to merge, is found out. The owner also
renamed a file that the template changes. In the update "with a conflict" both changed one line of one more file; git's
index is told of it, which takes processes of its own, and the limit is not for that.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold.errors import DONE, FINDINGS, MISTAKE

from cases.adapters import Copier, Cruft, Desk, prepared
from cases.case import Case, in_turn, moves, replaces, text
from cases.own import Own
from cases.tools import installed
from measuring.creating import COPIER
from measuring.updating import CRUFT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cases.adapters import Adapter

SIZES = (90, 2_000)  # files of the template
MOST = 6  # processes of ours
# A call that made a process; with CLONE_THREAD it made a thread.
_STARTED = re.compile(r"^(?:v?fork|clone3?)\((?!.*CLONE_THREAD).*\) += [1-9]", re.MULTILINE)


@dataclass(frozen=True)
class Count:
    """How many processes a command started, by the number of files."""

    name: str
    processes: Mapping[int, int]

    @property
    def verdict(self) -> str:
        """Whether the limit is kept; empty for the others' commands."""
        if self.name not in {"update", "update, with a conflict", "check"}:
            return ""
        small, large = (self.processes[size] for size in SIZES)
        return "met" if large <= small <= MOST else "missed"


def counts(work: Path, *, rivals: bool) -> list[Count]:
    """The counts of every command; empty where there is no strace.

    Args:
        work: where the projects are made.
        rivals: count those of others as well, which takes minutes.
    """
    if not shutil.which("strace"):
        return []
    copier, cruft, own = installed(COPIER) / "copier", installed(CRUFT) / "cruft", Own(Path(sys.executable))
    checks: tuple[tuple[Adapter, str, Sequence[str]], ...] = (
        (own, "check", [*own.command, "check"]),
        (Copier(copier), "copier check-update", [str(copier), "check-update"]),
        (Cruft(cruft), "cruft check", [str(cruft), "check"]),
    )
    return [
        count
        for adapter, name, check in checks[: 3 if rivals else 1]
        for count in _of_tool(adapter, name, check, work / adapter.name)
    ]


def _of_tool(adapter: Adapter, name: str, check: Sequence[str], folder: Path) -> list[Count]:
    update = f"{name.rpartition(' ')[0]} update".strip()
    found: dict[str, dict[int, int]] = {update: {}, f"{update}, with a conflict": {}, name: {}}
    for size in SIZES:
        for each, conflict in zip((update, f"{update}, with a conflict"), (False, True), strict=True):
            found[each][size] = _of_update(adapter, _case(size, conflict=conflict), folder / f"{each} {size}")
        found[name][size] = _processes(check, Desk(folder / f"{update} {size}"))
    return [Count(each, sizes) for each, sizes in found.items()]


def _of_update(adapter: Adapter, case: Case, folder: Path) -> int:
    desk = Desk(folder)
    prepared(adapter, case, desk)
    return _processes(adapter.update(case), desk)


def _processes(command: Sequence[str], desk: Desk) -> int:
    """One for the command, and one for each that it or a child of its starts."""
    traces = desk.folder / "traces"
    shutil.rmtree(traces, ignore_errors=True)
    traces.mkdir()
    options = ["-ff", "--seccomp-bpf", "-qq", "-e", "trace=fork,vfork,clone,clone3", "-o", str(traces / "of")]
    done = subprocess.run(
        ["strace", *options, "--", *command],
        cwd=desk.project,
        env=desk.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if "Traceback" in done.stderr or done.returncode not in {DONE, MISTAKE, FINDINGS}:  # cruft's finding is 1
        raise SystemExit(f"{' '.join(command)} exited with {done.returncode}:\n{done.stdout}{done.stderr}")
    return 1 + sum(len(_STARTED.findall(trace.read_text(encoding="utf-8"))) for trace in traces.iterdir())


def _case(size: int, *, conflict: bool) -> Case:
    before = {f"package/module_{number:04}.py": text(f"0=module = {number}") for number in range(size)}
    after = {
        path: content.replace(b"line_15 = 15\n", b"line_15 = 'theirs'\n") if number % 3 == 0 else content
        for number, (path, content) in enumerate(before.items())
    }
    edits = [replaces(path, b"line_3 = 3\n", b"line_3 = 'mine'\n") for path in list(before)[::9]]
    edits.append(moves("package/module_0003.py", "own/name.py"))
    if conflict:
        edits.append(replaces("package/module_0006.py", b"line_15 = 15\n", b"line_15 = 'mine'\n"))
    return Case(f"{size} files", before, after, in_turn(*edits))
