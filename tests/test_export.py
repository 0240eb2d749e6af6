"""The staged template is a complete cookiecutter template: plain cookiecutter and pytest-cookies bake it."""

from __future__ import annotations

import os
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


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A template exported for the project minimal-redis."""
    template = tmp_path_factory.mktemp("exported") / "template"
    workflows.export_template(GOLDEN[0].answers(), template)
    return template


@pytest.mark.parametrize(
    "name",
    [
        "other",
        """x"; import os; os.mkdir(os.pardir + os.sep + "pwned") #""",
        """x'; import os; os.mkdir(os.pardir + os.sep + 'pwned') #""",
        '"""\nimport os; os.mkdir(os.pardir + os.sep + "pwned")\n"""',
        "back\\slash\\",
        "../outside",
        "{{ 7 * 7 }}",
        "shöp",
        "x" * 200,
    ],
)
def test_another_name_than_the_exported_one_is_refused_and_never_run(
    name: str,
    template: Path,
    tmp_path: Path,
) -> None:
    output = tmp_path / "out"
    output.mkdir()
    refused = subprocess.run(
        [sys.executable, "-m", "cookiecutter", str(template), "--no-input", f"project_slug={name}"],
        cwd=output,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert "exported for the project 'minimal-redis'" in refused.stderr
    assert "Traceback" not in refused.stderr.partition("This template")[0], "the hook itself"
    assert os.listdir(output) == []
    assert os.listdir(tmp_path) == ["out"]
