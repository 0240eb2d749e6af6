"""The staged template under pytest-cookies, as anybody would test a cookiecutter template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from celery_scaffold import workflows

from projects import GOLDEN, Choice

if TYPE_CHECKING:
    from pathlib import Path

# Loaded here only: it costs every pytest start 137 ms (see `addopts` in pyproject.toml).
pytest_plugins = ["pytest_cookies.plugin"]


@pytest.mark.parametrize("choice", GOLDEN, ids=lambda choice: str(choice.name))
def test_pytest_cookies_bakes_the_staged_template(choice: Choice, tmp_path: Path, cookies: Any) -> None:
    template = tmp_path / "template"
    plan = workflows.export_template(choice.answers(), template)
    result = cookies.bake(template=str(template))
    assert result.exception is None
    assert result.exit_code == 0
    assert result.project_path.name == choice.name
    package = result.project_path / "src" / plan.project.package
    assert {path.stem for path in (package / "tasks").glob("*.py")} >= {queue.module for queue in plan.project.queues}
    assert (result.project_path / ".celery-scaffold" / "base.zip").is_file()
