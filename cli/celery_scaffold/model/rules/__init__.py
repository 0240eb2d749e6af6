"""The rulebook: what Celery does with a combination of answers, as data.

A rule is refused or warned about by the answers alone, and judged at every run (`asked`). The others are kept by what
the templates say; `rulebook` has all of them, and the tests judge them on what Celery loads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from celery_scaffold.errors import ScaffoldError, nearest, shown
from celery_scaffold.model.rules.asked import ASKED
from celery_scaffold.model.rules.rule import Case, Finding, Severity

if TYPE_CHECKING:
    from celery_scaffold.model.project import Project

__all__ = ["Finding", "Judgement", "judge", "refuse", "refuse_acceptance"]


@dataclass(frozen=True)
class Judgement:
    """What the rules say about a project, in the order of the rulebook.

    Attributes:
        errors: what cannot work.
        warnings: what works and deserves a second look.
        accepted: warnings that its owner accepts, with the reason.
    """

    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]


def judge(project: Project, components: frozenset[str]) -> Judgement:
    """Every rule that goes by the answers alone."""
    case = Case(project, components)
    reasons = dict(project.accepted)
    found = [rule for rule in ASKED if rule.breaks(case)]
    errors = tuple(Finding(rule.id, rule.problem, rule.remedy) for rule in found if rule.severity is Severity.ERROR)
    others = [Finding(rule.id, rule.problem, rule.remedy) for rule in found if rule.severity is Severity.WARNING]
    return Judgement(
        errors,
        tuple(finding for finding in others if finding.id not in reasons),
        tuple(replace(finding, reason=reasons[finding.id]) for finding in others if finding.id in reasons),
    )


def refuse(judgement: Judgement) -> None:
    """Raise ScaffoldError for the first error."""
    for finding in judgement.errors:
        raise ScaffoldError(f"{finding.id}: {finding.problem}", finding.remedy)


def refuse_acceptance(id_: str) -> None:
    """Raise ScaffoldError unless there is a warning of that id, which alone can be accepted."""
    warnings = [rule.id for rule in ASKED if rule.severity is Severity.WARNING]
    if id_ in warnings:
        return
    from celery_scaffold.model.rules.rulebook import RULES

    if id_ in RULES:
        message = f"the rule {id_} is {RULES[id_].handling.value}, and not a warning that could be accepted"
        raise ScaffoldError(message, f"what it says: celery-scaffold explain {id_}")
    raise ScaffoldError(f"accepted: there is no rule {shown(id_)}", nearest(id_, warnings))
