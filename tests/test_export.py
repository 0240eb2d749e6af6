"""The staged template is a complete cookiecutter template: plain cookiecutter and pytest-cookies bake it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from celery_scaffold import workflows

from projects import GOLDEN, Choice
from trees import files_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("choice", GOLDEN, ids=lambda choice: str(choice.name))
def test_plain_cookiecutter_makes_the_same_bytes_as_new(choice: Choice, tmp_path: Path) -> None:
    made = workflows.new(choice.answers(), tmp_path)
    template = tmp_path / "template"
    workflows.export_template(choice.answers(), template)
    (tmp_path / "out").mkdir()
    subprocess.run(
        [sys.executable, "-m", "cookiecutter", str(template), "--no-input", "--output-dir", str(tmp_path / "out")],
        check=True,
    )
    assert files_of(tmp_path / "out" / choice.name) == files_of(made.target)


def test_another_name_than_the_exported_one_is_refused(tmp_path: Path) -> None:
    template = tmp_path / "template"
    workflows.export_template(GOLDEN[0].answers(), template)
    refused = subprocess.run(
        [sys.executable, "-m", "cookiecutter", str(template), "--no-input", "project_slug=other"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert "exported for the project 'minimal-redis'" in refused.stderr
    assert not (tmp_path / "other").exists()
