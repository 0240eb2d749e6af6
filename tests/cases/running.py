"""Runs the table against a tool, and kills it at many moments."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cases.adapters import Desk, kill, prepared, start
from cases.case import Case, in_turn, replaces, text
from cases.verdict import Facts, Finding, Verdict, judge, snapshot, unmerged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cases.adapters import Adapter
    from cases.case import Edit
    from cases.verdict import Snapshot

CALIBRATIONS = 3
_TICKS = os.sysconf("SC_CLK_TCK")
_PLAIN = {f"package/module_{number:02}.py": text(f"0=module = {number}", count=60) for number in range(90)}


def _edits() -> Edit:
    return in_turn(
        *(
            replaces(f"package/module_{number:02}.py", b"line_3 = 3\n", b"line_3 = 'mine'\n")
            for number in range(0, 90, 9)
        )
    )


def _second_version() -> Mapping[str, bytes]:
    """Thirty files change, five come, five go."""
    changed = {
        path: content.replace(b"line_40 = 40\n", b"line_40 = 'theirs'\n") if number % 3 == 0 else content
        for number, (path, content) in enumerate(_PLAIN.items())
        if number % 18 != 1
    }
    return {**changed, **{f"package/added_{number}.py": text(f"0=added = {number}") for number in range(5)}}


KILLED = Case("killed", _PLAIN, _second_version(), _edits())


def run_case(adapter: Adapter, case: Case, folder: Path) -> Finding:
    """Make the project, update it once, and judge what is there afterwards."""
    desk = Desk(folder)
    prepared(adapter, case, desk)
    before = snapshot(desk.project, adapter.own_folders)
    try:
        outcome = case.run(desk.project, lambda project: desk.run(adapter.update(case), project))
    except subprocess.TimeoutExpired:
        return Finding(Verdict.HALF, "did not end")
    facts = Facts(
        before, snapshot(desk.project, adapter.own_folders), outcome, unmerged(desk.project), adapter.findings
    )
    return judge(case, desk.project, facts)


# --- killed --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kills:
    """What was there after the kills.

    Attributes:
        points: how many moments.
        seconds: of CPU that an update takes that is not killed, its children's included.
        trees: old, new, half: how many of each.
        recovered: how many half trees the tool's own command finished or took back; None without such a command.
        locked: how often git's index was left locked.
    """

    points: int
    seconds: float
    trees: Mapping[str, int]
    recovered: int | None
    locked: int


def kills(adapter: Adapter, points: int, folder: Path) -> Kills:
    """SIGKILL at evenly spaced moments of an update, by the CPU time spent: a busy machine stretches the clock's."""
    desk = Desk(folder / "desk")
    prepared(adapter, KILLED, desk)
    pristine = folder / "pristine"
    shutil.copytree(desk.project, pristine, symlinks=True)
    old = snapshot(pristine)
    seconds, new = _calibrated(adapter, desk, pristine)
    trees: Counter[str] = Counter({"old": 0, "new": 0, "half": 0})
    locked = recovered = 0
    for point in range(1, points + 1):
        _fresh(desk, pristine)
        _killed(adapter, desk, seconds * point / (points + 1))
        state = _state(_tree(adapter, desk), old, new)
        trees[state] += 1
        locked += (desk.project / ".git" / "index.lock").exists()
        command = adapter.recover()
        if state == "half" and command:
            desk.run(command, desk.project)
            recovered += _state(_tree(adapter, desk), old, new) != "half"
    return Kills(points, seconds, trees, recovered if adapter.recover() else None, locked)


def _calibrated(adapter: Adapter, desk: Desk, pristine: Path) -> tuple[float, Snapshot]:
    """How long an update takes, and the tree it makes."""
    times = []
    for _ in range(CALIBRATIONS):
        _fresh(desk, pristine)
        begun = _children()
        desk.run(adapter.update(KILLED), desk.project)
        times.append(_children() - begun)
    new = snapshot(desk.project)
    if new == snapshot(pristine):
        raise RuntimeError(f"{adapter.name} updates nothing: it cannot be interrupted")
    return statistics.median(times), new


def _fresh(desk: Desk, pristine: Path) -> None:
    shutil.rmtree(desk.project)
    shutil.copytree(pristine, desk.project, symlinks=True)


def _killed(adapter: Adapter, desk: Desk, after: float) -> None:
    with start(adapter.update(KILLED), desk.project, desk.environment()) as process:
        while process.poll() is None and _spent(process.pid) < after:
            time.sleep(0.001)
        kill(process)


def _children() -> float:
    """Seconds of CPU that all children so far have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _spent(pid: int | str) -> float:
    """Seconds of CPU that a running process has used, and the children that it waited for or that run; Linux only."""
    process = Path("/proc", str(pid))
    try:
        own = int((process / "schedstat").read_text().split()[0]) / 1e9
        waited_for = sum(map(int, (process / "stat").read_text().rpartition(")")[2].split()[13:15])) / _TICKS
        children = (process / "task" / str(pid) / "children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return own + waited_for + sum(map(_spent, children))


def _tree(adapter: Adapter, desk: Desk) -> Snapshot:
    """What is there, the record of the tool as well, without what it left to be removed."""
    return {path: file for path, file in snapshot(desk.project).items() if not path.startswith(adapter.scratch)}


def _state(tree: Snapshot, old: Snapshot, new: Snapshot) -> str:
    if tree == new:
        return "new"
    return "old" if tree == old else "half"
