"""What the bench says of its figures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cases.adapters import Desk
from measuring.counting import SIZES, Count, _processes
from measuring.timing import Comparison, Times, verdict

TIMES: Times = {"fast": [(9.0, 1.0), (9.0, 2.0), (9.0, 3.0)], "slow": [(1.0, 4.0), (1.0, 4.0), (1.0, 4.0)]}


@pytest.mark.parametrize(
    ("target", "expected"), [(0.5, "met"), (0.49, "missed"), (None, "")], ids=["at the limit", "above", "no limit"]
)
def test_a_target_is_judged_by_the_median_of_the_cpu_time(target: float | None, expected: str) -> None:
    assert verdict(TIMES, Comparison("fast", "slow", target)) == expected


@pytest.mark.parametrize(
    ("name", "processes", "expected"),
    [
        ("update", (6, 6), "met"),
        ("update", (6, 5), "met"),
        ("update", (5, 6), "missed"),
        ("update", (7, 7), "missed"),
        ("copier update", (99, 999), ""),
    ],
)
def test_processes_are_few_and_no_more_with_more_files(name: str, processes: tuple[int, int], expected: str) -> None:
    assert Count(name, dict(zip(SIZES, processes, strict=True))).verdict == expected


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is missing: processes are not counted")
@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("exit 0", 1),
        ("(exit 0); (exit 0); exit 0", 3),
        ("(/bin/sh -c '(exit 0); exit 0'); exit 0", 3),
    ],
    ids=["none", "two", "one of a child's"],
)
def test_every_process_is_counted_and_the_command_itself(script: str, expected: int, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.project.mkdir()
    assert _processes(["/bin/sh", "-c", script], desk) == expected
