"""Judges generated projects by every rule of the rulebook, on what Celery loads; one line of JSON for each.

Usage: python -m generated.judge_projects < PROJECTS, one a line, as `loading.reports` describes them.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import celery.app.defaults
import yaml

from celery_scaffold import answers
from celery_scaffold.components import chosen
from celery_scaffold.model.rules.rule import Case
from celery_scaffold.model.rules.rulebook import RULES

from generated.in_children import report_each

REGISTRY = frozenset(dict(celery.app.defaults.flatten(celery.app.defaults.NAMESPACES)))
# Settings whose keys are settings of their own.
TABLES = (
    "broker_transport_options",
    "result_backend_transport_options",
    "database_engine_options",
    "mongodb_backend_settings",
)


def _judged(directory: Path, package: str) -> dict[str, Any]:
    app = importlib.import_module(f"{package}.app").app
    config = importlib.import_module(f"{package}.config")
    topology = importlib.import_module(f"{package}.topology")
    launch = importlib.import_module(f"{package}.ops.launch")
    app.finalize()
    app.loader.import_default_modules()
    project = answers.project(answers.from_file(directory / "celery-scaffold.toml"))
    own = [task for name, task in sorted(app.tasks.items()) if name.startswith(f"{package}.")]
    compose = directory / "compose.yaml"
    settings = {key: value for key, value in vars(config).items() if key.islower() and not key.startswith("_")}
    case = Case(
        project,
        frozenset(component.name for component in chosen(project)),
        settings,
        {
            "workers": {key: launch.worker_command([queue]) for key, queue in topology.QUEUES.items()},
            "arguments": {name: queue.queue_arguments for name, queue in app.amqp.queues.items()},
            "limits": {task.name: (task.soft_time_limit, task.time_limit) for task in own},
            "base_task": {
                **{name: getattr(own[0], name) for name in ("retry_backoff", "retry_jitter", "max_retries")},
                "whole_seconds": app.delay_of(own[0].name, 0.5) == 1,
            },
            "compose": yaml.safe_load(compose.read_text())["services"] if compose.exists() else {},
        },
    )
    return {
        "broken": [rule.id for rule in RULES.values() if rule.breaks(case)],
        "judged": len(RULES),
        "settings": _named({key: value for key, value in settings.items() if key in REGISTRY or _is_value(value)}),
    }


def _is_value(value: object) -> bool:
    """Whether it is a setting, and no module or function that the configuration imports."""
    return not hasattr(value, "__file__") and not callable(value)


def _named(settings: dict[str, Any]) -> dict[str, str]:
    """Each setting, and each key of those that are tables of settings, with its value as source code has it."""
    parts = {f"{table}.{key}": value for table in TABLES for key, value in (settings.get(table) or {}).items()}
    named = {**settings, **parts}
    return {name: repr(value).replace("'", '"') for name, value in named.items()}


if __name__ == "__main__":
    report_each(_judged)
