"""All rules by id, for `explain`, the reference pages and the tests; no run that makes a project needs it."""

from __future__ import annotations

import re

from celery_scaffold.model.refusal import NOT_OFFERED
from celery_scaffold.model.refused import REFUSED
from celery_scaffold.model.rules.asked import ASKED
from celery_scaffold.model.rules.kept_brokers import BROKER_RULES
from celery_scaffold.model.rules.kept_messages import MESSAGE_RULES
from celery_scaffold.model.rules.kept_rabbitmq import RABBITMQ_RULES
from celery_scaffold.model.rules.kept_workers import WORKER_RULES
from celery_scaffold.model.rules.rule import Case, Handling, Rule, Severity


def _is_refused(case: Case) -> bool:
    """Whether the broker or the backend is one that is known and not offered."""
    return case.project.broker.kind in REFUSED["broker"] or case.project.backend.kind in REFUSED["backend"]


# The readers refuse these words, before there is a project.
_WORDS = (
    Rule(
        "R71",
        Severity.ERROR,
        Handling.REFUSED,
        lambda case: "redis-cluster" in (case.project.broker.kind, case.project.backend.kind),
        "kombu and Celery have no cluster client: every second command is answered with MOVED or CROSSSLOT",
        "a server whose cluster mode is off, or Sentinel",
        "celery-reference R71; kombu#2204",
    ),
    Rule(
        NOT_OFFERED,
        Severity.ERROR,
        Handling.REFUSED,
        _is_refused,
        "Celery knows this name, and it loses tasks, does not work with Celery 5.7, or is for development only",
        "`celery-scaffold explain NAME` says why, and what to take instead",
        "model/refused.py; the source of kombu and Celery",
    ),
)


def _order(rule: Rule) -> tuple[str, int]:
    letter, number = re.fullmatch(r"([RS])(\d+)", rule.id).groups()  # type: ignore[union-attr]
    return letter, int(number)


RULES = {
    rule.id: rule
    for rule in sorted((*ASKED, *BROKER_RULES, *RABBITMQ_RULES, *WORKER_RULES, *MESSAGE_RULES, *_WORDS), key=_order)
}
