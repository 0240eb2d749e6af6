"""What every generated project keeps of the rulebook, judged on what Celery loads."""

from __future__ import annotations

import ast
import itertools
import re
from importlib.util import find_spec
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


# What a project imports for its results, and this repository does not.
DRIVERS = {"memcached": "pymemcache", "mongodb": "pymongo", "azureblockblob": "azure", "gcs": "google"}
# It is not loaded: that takes a key and certificates.
SIGNED = Choice("signed", (("preset", "full"), ("broker", "redis"), ("backend", "redis"), ("serializer", "auth")))


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("judged")
    for choice in (*CHOICES, SIGNED):
        workflows.new(choice.answers(), output, with_git=False)
    return output


def written(tree: Path) -> set[str]:
    """The settings that a configuration assigns, as far as its text says so."""
    config = ast.parse(next(tree.glob("src/*/config.py")).read_text())
    assigned = [node for node in config.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    names: set[str] = set()
    for node in assigned:
        table = ast.unparse(node.targets[0])
        keys = node.value.keys if isinstance(node.value, ast.Dict) and table.startswith("mongodb_") else []
        names |= {
            table,
            *(f"{table}.{key.value}" for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)),
        }
    return {name for name in names if not name.startswith("_")}


@pytest.fixture(scope="module")
def judged(trees: Path) -> dict[str, dict[str, Any]]:
    return reports("judge_projects", CHOICES, trees)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
def test_a_generated_project_keeps_every_rule_that_is_not_only_warned_about(
    choice: Choice, judged: dict[str, dict[str, Any]]
) -> None:
    missing = DRIVERS.get(str(dict(choice.flags)["backend"]), "")
    if missing and find_spec(missing) is None:
        pytest.skip(f"{missing} is missing: the project's result backend imports it")
    report = judged[choice.name]
    assert "error" not in report, report["error"]
    assert report["judged"] == len(RULES)
    warned = {rule.id for rule in RULES.values() if rule.handling is Handling.WARNED}
    assert set(report["broken"]) <= warned


def test_every_setting_of_a_project_is_explained_and_every_explained_one_is_set(
    trees: Path, judged: dict[str, dict[str, Any]]
) -> None:
    loaded = {name for report in judged.values() for name in report.get("settings", {})}
    set_somewhere = loaded | set().union(*(written(tree) for tree in sorted(trees.iterdir())))
    explained = {setting.name for setting in settings()}
    assert set_somewhere - explained == set(), "say why: model/settings.py, or `options` of the broker or backend"
    assert explained - set_somewhere == set(), "nothing sets it any more"


def test_a_value_that_is_said_in_full_is_the_one_that_is_set(judged: dict[str, dict[str, Any]]) -> None:
    said = {(setting.name, setting.value) for setting in settings() if LITERAL.fullmatch(setting.value)}
    assert len(said) > 20
    loaded = {(name, value) for report in judged.values() for name, value in report.get("settings", {}).items()}
    names = {name for name, _ in loaded}
    assert {(name, value) for name, value in said - loaded if name in names} == set()


def test_a_project_that_breaks_a_rule_is_seen(tmp_path: Path) -> None:
    choice = GOLDEN[2]
    workflows.new(choice.answers(), tmp_path, with_git=False)
    config = next(tmp_path.glob("*/src/*/config.py"))
    text = config.read_text()
    broken = text.replace('"socket_timeout": 10,', '"socket_timeout": None,').replace(
        "task_retry_on_worker_lost = True", "task_retry_on_worker_lost = False"
    )
    config.write_text(broken)
    assert {"R33", "R40"} <= set(reports("judge_projects", [choice], tmp_path)[choice.name]["broken"])
