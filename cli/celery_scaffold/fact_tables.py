"""What a plan and its answers are for a program. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from celery_scaffold.answer_texts import queue_values
from celery_scaffold.model.queues import Queue
from celery_scaffold.model.schedules import Schedule, schedule_values
from celery_scaffold.options import OPTIONS

if TYPE_CHECKING:
    from celery_scaffold.answers import Answers
    from celery_scaffold.plan import Json, Plan
    from celery_scaffold.readers import Value


def plan_facts(plan: Plan, answers: Answers) -> dict[str, Json]:
    """Components, warnings, accepted warnings, and every answer with its source."""
    return {
        "components": [component.name for component in plan.components],
        "warnings": [
            {"id": warning.id, "problem": warning.problem, "remedy": warning.remedy} for warning in plan.warnings
        ],
        "accepted": [
            {"id": finding.id, "problem": finding.problem, "reason": finding.reason} for finding in plan.accepted
        ],
        "answers": _answer_facts(answers),
    }


def _answer_facts(answers: Answers) -> dict[str, Json]:
    """Every answer with its source."""
    rows: dict[str, Json] = {}
    for key in OPTIONS:
        answer = answers.answer(key)
        rows[key] = {"value": _plain(answer.value), "source": answer.source.value}
    return rows


def _plain(value: Value) -> Json:
    if isinstance(value, tuple):
        return [_plain_part(part) for part in value]
    return value


def _plain_part(part: str | Queue | Schedule) -> Json:
    if isinstance(part, Queue):
        return {"name": part.name, **queue_values(part)}
    if isinstance(part, Schedule):
        return {"name": part.name, **cast("dict[str, Json]", schedule_values(part))}
    return part
