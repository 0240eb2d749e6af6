"""Commands timed in rounds: every round runs each once, so that a busy machine slows all of them alike."""

from __future__ import annotations

import random
import resource
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

Times = dict[str, list[tuple[float, float]]]

CLOCK, CPU = 0, 1  # the columns of a row of `Times`


@dataclass(frozen=True)
class Subject:
    """A command to be timed.

    Attributes:
        name: how the table calls it.
        command: what is run.
        fresh: removed before every run.
        environment: what differs from the others' environment.
        pristine: a project that is copied before every run.
        project: where to; the command is run in it.
    """

    name: str
    command: tuple[str, ...]
    fresh: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    pristine: Path | None = None
    project: Path | None = None


@dataclass(frozen=True)
class Comparison:
    """Two subjects, and how many times the time of the second the first may take; None: for information."""

    subject: str
    other: str
    target: float | None = None


@dataclass(frozen=True)
class Spread:
    """The median and the middle half."""

    median: float
    low: float
    high: float


def measured(
    contestants: Sequence[Subject], environment: Mapping[str, str], repeats: int, check: Callable[[], None]
) -> Times:
    """Seconds of every subject in every round.

    Args:
        contestants: what is timed.
        environment: of all of them.
        repeats: how many rounds count; the first, which fills the caches, is one more.
        check: is called after that one.
    """
    order = list(contestants)
    times: Times = {subject.name: [] for subject in contestants}
    for repeat in range(repeats + 1):
        random.shuffle(order)
        for subject in order:
            seconds = run(subject, environment)
            if repeat:
                times[subject.name].append(seconds)
        if not repeat:
            check()
    return times


def run(subject: Subject, environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds on the clock and of CPU that one run takes."""
    for folder in subject.fresh:
        shutil.rmtree(folder, ignore_errors=True)
    if subject.pristine and subject.project:
        shutil.rmtree(subject.project, ignore_errors=True)
        shutil.copytree(subject.pristine, subject.project, symlinks=True)
    before, start = cpu_seconds(), time.perf_counter()
    done = subprocess.run(
        subject.command,
        cwd=subject.project,
        env={**environment, **subject.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(subject.command[:4])} … exited with {done.returncode}:\n{done.stderr}")
    return seconds, cpu_seconds() - before


def cpu_seconds() -> float:
    """What all children so far have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def spread(values: Sequence[float]) -> Spread:
    """The median and the quartiles."""
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, low, high)


def ratio(times: Times, comparison: Comparison, column: int = CPU) -> Spread:
    """How many times longer the first subject took than the second, round by round."""
    pairs = zip(times[comparison.subject], times[comparison.other], strict=True)
    return spread([subject[column] / other[column] for subject, other in pairs])


def verdict(times: Times, comparison: Comparison) -> str:
    """Whether a target is met; empty where there is none."""
    if comparison.target is None:
        return ""
    return "met" if ratio(times, comparison).median <= comparison.target else "missed"
