"""What is allowed but deserves a warning, as data: condition, what goes wrong, what to do.

The ids are those of the rulebook in the design reference, so that an id means the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold.model.queues import Pool

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery_scaffold.model.project import Project


@dataclass(frozen=True)
class Rule:
    """One warning.

    Attributes:
        id: `R…` of the rulebook, or `S…` for the tool's own.
        applies: given the project and the names of its components.
        problem: what goes wrong, one line.
        remedy: what to do, one line.
        evidence: where it was measured or read.
    """

    id: str
    applies: Callable[[Project, frozenset[str]], bool]
    problem: str
    remedy: str
    evidence: str


@dataclass(frozen=True)
class Finding:
    """A rule that applies to a project."""

    id: str
    problem: str
    remedy: str


# Seconds; above it a redelivery after a crash is felt by people.
_LONG_DELAY = 3600

RULES = (
    Rule(
        "R37",
        lambda project, _: any(queue.pool is Pool.THREADS for queue in project.queues),
        "Celery enforces no time limits in a thread pool: a task that hangs keeps its thread for good",
        "give every call in such tasks its own timeout, or use pool=prefork",
        "celery-reference X27",
    ),
    Rule(
        "R26",
        lambda project, components: project.backend.needs_beat_cleanup and "beat" not in components,
        "expired results are deleted by a beat entry, and beat is left out: the result tables only grow",
        "--with beat, or delete old rows with a job of your own",
        "celery-reference R26",
    ),
    Rule(
        "R27",
        lambda project, components: not project.backend.chords and "workflows" in components,
        "this result backend cannot call the body of a chord: the component workflows comes without chords",
        "--backend redis or postgresql for chords",
        "celery-reference X9; celery/backends/rpc.py",
    ),
    Rule(
        "R32",
        lambda project, _: "redis" in project.broker.folders and project.longest_delay > _LONG_DELAY,
        "on Redis a delayed task sits unacknowledged in a worker, and a killed worker's tasks wait that long",
        "keep longest_delay_seconds small and put far-future work into a table that beat reads, or use RabbitMQ",
        "celery-reference R01, X3",
    ),
    Rule(
        "S01",
        lambda project, _: bool(project.clouds),
        "clouds are recorded in celery-scaffold.toml, but no component of this version uses them",
        "nothing to do: a later `celery-scaffold update` will",
        "this version's catalogue",
    ),
)


def warnings_for(project: Project, components: frozenset[str]) -> tuple[Finding, ...]:
    """The warnings that apply, in the order of the rulebook."""
    return tuple(Finding(rule.id, rule.problem, rule.remedy) for rule in RULES if rule.applies(project, components))
