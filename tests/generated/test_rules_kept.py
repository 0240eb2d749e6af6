"""What every generated project keeps of the rulebook, judged on what Celery loads."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest

from celery_scaffold import workflows
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.rules.rule import Handling
from celery_scaffold.model.rules.rulebook import RULES
from celery_scaffold.pages import settings

from generated.loading import reports
from projects import GOLDEN, Choice

if TYPE_CHECKING:
    from pathlib import Path

# A value in Python's notation, as against words.
LITERAL = re.compile(r"True|False|None|[0-9]+|\[.*\]|\".*\"")
# Each broker once, each backend once: what a rule looks at depends on one of them.
_PAIRS = itertools.zip_longest(BROKERS, BACKENDS, fillvalue="redis")
CHOICES = (
    *GOLDEN,
    *(
        Choice(f"judged-{number}", (("preset", "full"), ("broker", broker), ("backend", backend)))
        for number, (broker, backend) in enumerate(_PAIRS)
    ),
)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    trees: Path = tmp_path_factory.mktemp("judged")
    for choice in CHOICES:
        workflows.new(choice.answers(), trees, with_git=False)
    return reports("judge_projects.py", CHOICES, trees)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
def test_a_generated_project_keeps_every_rule_that_is_not_only_warned_about(
    choice: Choice, judged: dict[str, dict[str, Any]]
) -> None:
    report = judged[choice.name]
    assert "error" not in report, report["error"]
    assert report["judged"] == len(RULES)
    warned = {rule.id for rule in RULES.values() if rule.handling is Handling.WARNED}
    assert set(report["broken"]) <= warned


def test_every_setting_of_a_project_is_explained_and_every_explained_one_is_set(
    judged: dict[str, dict[str, Any]],
) -> None:
    set_somewhere = {name for report in judged.values() for name in report["settings"]}
    explained = {setting.name for setting in settings()}
    assert set_somewhere - explained == set(), "say why: model/settings.py, or `options` of the broker or backend"
    assert explained - set_somewhere == set(), "nothing sets it any more"


def test_a_value_that_is_said_in_full_is_the_one_that_is_set(judged: dict[str, dict[str, Any]]) -> None:
    said = {(setting.name, setting.value) for setting in settings() if LITERAL.fullmatch(setting.value)}
    assert len(said) > 20
    loaded = {(name, value) for report in judged.values() for name, value in report["settings"].items()}
    assert said - loaded == set()


def test_a_project_that_breaks_a_rule_is_seen(tmp_path: Path) -> None:
    choice = GOLDEN[2]
    workflows.new(choice.answers(), tmp_path, with_git=False)
    config = next(tmp_path.glob("*/src/*/config.py"))
    text = config.read_text()
    broken = text.replace('"socket_timeout": 10,', '"socket_timeout": None,').replace(
        "task_retry_on_worker_lost = True", "task_retry_on_worker_lost = False"
    )
    config.write_text(broken)
    assert {"R33", "R40"} <= set(reports("judge_projects.py", [choice], tmp_path)[choice.name]["broken"])
