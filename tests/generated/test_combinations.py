"""Every valid combination of answers renders, lints, compiles and loads in Celery."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from celery_scaffold import answers, workflows
from celery_scaffold.model.project import Project, timing_of

from projects import Choice, every_combination

LOADER = Path(__file__).with_name("load_projects.py")
COMBINATIONS = every_combination()
# No server is asked: loading a project must not connect.
SURROUNDINGS = {
    "redis": {"BROKER_URL": "redis://localhost:1/0"},
    "rabbitmq": {"BROKER_URL": "amqp://localhost:1//"},
}
BACKEND_URLS = {
    "redis": "redis://localhost:1/1",
    "postgresql": "db+postgresql+psycopg://nobody@localhost:1/none",
}


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All combinations, rendered side by side."""
    output = tmp_path_factory.mktemp("combinations")
    for choice in COMBINATIONS:
        workflows.new(choice.answers(), output, with_git=False)
    return output


@pytest.fixture(scope="module")
def loaded(trees: Path) -> dict[str, dict[str, Any]]:
    """What Celery makes of each."""
    environment = dict(os.environ)
    lines = []
    for choice in COMBINATIONS:
        project = answers.project(choice.answers())
        prefix = project.environment_prefix
        environment[f"{prefix}BROKER_URL"] = SURROUNDINGS[project.broker.kind]["BROKER_URL"]
        if project.backend.kind in BACKEND_URLS:
            environment[f"{prefix}RESULT_BACKEND_URL"] = BACKEND_URLS[project.backend.kind]
        lines.append(f"{trees / choice.name} {project.package}")
    done = subprocess.run(
        [sys.executable, str(LOADER)],
        input="\n".join(lines),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    return {report["project"]: report for report in reports}


def test_there_are_as_many_as_we_say() -> None:
    assert len(COMBINATIONS) == 2 * 4 * (2**4 + 2**3), "brokers × backends × (component subsets + those with ci again)"


def test_all_pass_their_own_ruff_untouched(trees: Path) -> None:
    for arguments in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, "."],
            cwd=trees,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:]


def test_all_compile_on_the_oldest_python(trees: Path) -> None:
    seen: set[bytes] = set()
    for path in trees.rglob("*.py"):
        source = path.read_bytes()
        if source not in seen:
            ast.parse(source, str(path), feature_version=(3, 10))
            seen.add(source)


def test_all_data_files_are_valid(trees: Path) -> None:
    for path in [*trees.rglob("*.yaml"), *trees.rglob("*.yml")]:
        assert yaml.safe_load(path.read_text()), path


def test_all_load_in_celery(loaded: dict[str, dict[str, Any]]) -> None:
    assert sorted(loaded) == sorted(choice.name for choice in COMBINATIONS)
    errors = {name: report["error"] for name, report in loaded.items() if "error" in report}
    assert errors == {}


def test_no_setting_is_unknown_or_deprecated(loaded: dict[str, dict[str, Any]]) -> None:
    found = {name: (report["unknown"], report["deprecated"]) for name, report in loaded.items()}
    assert {name: bad for name, bad in found.items() if bad != ([], [])} == {}


def test_every_task_has_a_declared_queue_and_that_queues_limits(loaded: dict[str, dict[str, Any]]) -> None:
    for choice in COMBINATIONS:
        report = loaded[choice.name]
        limits = {
            entry["name"]: [entry["soft_time_limit"], entry["time_limit"]] for entry in report["topology"].values()
        }
        assert report["tasks"]
        for task, queue in report["tasks"].items():
            assert queue in report["queues"]
            assert report["limits"][task] == limits[queue], task


def test_every_schedule_entry_names_a_task_that_exists(loaded: dict[str, dict[str, Any]]) -> None:
    for report in loaded.values():
        assert set(report["schedule"].values()) <= {*report["tasks"], "celery.backend_cleanup"}


def _project(choice: Choice) -> Project:
    return answers.project(choice.answers())


def test_the_rendered_numbers_are_those_of_the_timeout_algebra(loaded: dict[str, dict[str, Any]], trees: Path) -> None:
    for choice in COMBINATIONS:
        project, report = _project(choice), loaded[choice.name]
        compose = trees / choice.name / "compose.yaml"
        services = yaml.safe_load(compose.read_text())["services"] if compose.exists() else None
        for queue in project.queues:
            timing, rendered = timing_of(queue), report["topology"][queue.name]
            assert rendered["name"] == project.full_queue_name(queue)
            assert rendered["soft_time_limit"] == timing.soft_time_limit
            assert rendered["time_limit"] == timing.time_limit
            assert rendered["drain_timeout"] == timing.drain_timeout
            assert rendered["stop_grace_period"] == timing.stop_grace_period
            assert rendered["concurrency"] == queue.concurrency
            if services:
                assert services[f"worker-{queue.name}"]["stop_grace_period"] == f"{timing.stop_grace_period}s"
        expected = project.timing().visibility_timeout if project.broker.kind == "redis" else None
        assert report["visibility_timeout"] == expected
        if project.backend.stores_results:
            assert report["result_expires"] == project.result_expires
