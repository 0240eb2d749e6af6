"""What a rule of the rulebook is, and what it judges.

The ids are those of the rulebook in the design reference (`R…`), so that an id means the same everywhere; `S…` are the
tool's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from celery_scaffold.model.project import timing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from celery_scaffold.model.project import Project
    from celery_scaffold.model.timing import ProjectTiming, QueueTiming


class Severity(str, Enum):
    """How bad it is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Handling(str, Enum):
    """What the tool does about it."""

    REFUSED = "refused"
    WARNED = "warned about, can be accepted"
    KEPT = "kept by every generated project"


@dataclass(frozen=True)
class Case:
    """What is judged.

    Attributes:
        project: the answers, validated.
        components: the names of its components.
        settings: what its configuration sets, by Celery's names; empty before there are files, and then only the rules
            that go by the answers are asked.
        rendered: what its other files say: `workers`, the command of each worker; `base_task`, attributes of the class
            of its tasks; `compose`, the services by name; `arguments`, those of each queue on the broker.
    """

    project: Project
    components: frozenset[str]
    settings: Mapping[str, Any] = field(default_factory=dict)
    rendered: Mapping[str, Any] = field(default_factory=dict)

    def setting(self, name: str, default: Any = None) -> Any:
        """The value of a setting; a part of a table by a dotted name."""
        table, _, key = name.partition(".")
        value = self.settings.get(table, default if not key else {})
        return (value or {}).get(key, default) if key else value

    def option(self, key: str, default: Any = None) -> Any:
        """The value of one of the broker's transport options."""
        return self.setting(f"broker_transport_options.{key}", default)

    @cached_property
    def timing(self) -> ProjectTiming:
        """The timeouts of the project as a whole."""
        return self.project.timing()

    @cached_property
    def queue_timings(self) -> tuple[QueueTiming, ...]:
        """The timeouts of each queue."""
        return tuple(timing_of(queue) for queue in self.project.queues)

    @property
    def family(self) -> str:
        """Whose protocol the broker speaks, such as redis."""
        return self.project.broker.lineage

    def commands(self) -> list[list[str]]:
        """The command line of each worker."""
        return list(self.rendered.get("workers", {}).values())

    def services(self) -> dict[str, Any]:
        """The services of compose by name."""
        return dict(self.rendered.get("compose", {}))


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        id: `R…` of the rulebook, or `S…` for the tool's own.
        severity: how bad it is where it is broken.
        handling: what the tool does about it.
        breaks: whether a case breaks it.
        problem: what goes wrong, one line.
        remedy: what to do, one line.
        evidence: where it was measured or read.
    """

    id: str
    severity: Severity
    handling: Handling
    breaks: Callable[[Case], bool]
    problem: str
    remedy: str
    evidence: str


@dataclass(frozen=True)
class Finding:
    """A rule that a project breaks; `reason` is why its owner accepts that, and empty otherwise."""

    id: str
    problem: str
    remedy: str
    reason: str = ""


def kept(  # noqa: PLR0913, PLR0917  one for each part of a rule
    id_: str, severity: Severity, breaks: Callable[[Case], bool], problem: str, remedy: str, evidence: str
) -> Rule:
    """A rule that the templates keep."""
    return Rule(id_, severity, Handling.KEPT, breaks, problem, remedy, evidence)


def warned(id_: str, breaks: Callable[[Case], bool], problem: str, remedy: str, evidence: str) -> Rule:
    """A rule that is judged by the answers, and can be accepted."""
    return Rule(id_, Severity.WARNING, Handling.WARNED, breaks, problem, remedy, evidence)


def on(family: str, breaks: Callable[[Case], bool]) -> Callable[[Case], bool]:
    """The condition where the broker is of that family."""
    return lambda case: case.family == family and breaks(case)
