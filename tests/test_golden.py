"""Golden trees: a file that changed, is missing or is extra fails. `scripts/golden` writes them anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from celery_scaffold import workflows

from projects import GOLDEN, Choice
from trees import files_of

TREES = Path(__file__).with_name("golden")


@pytest.mark.parametrize("choice", GOLDEN, ids=lambda choice: str(choice.name))
def test_the_tree_is_the_one_in_golden(choice: Choice, tmp_path: Path) -> None:
    made = workflows.new(choice.answers(), tmp_path, with_git=False)
    rendered = {path: content for path, content in files_of(made.target).items() if path in made.paths}
    assert {path: content.decode() for path, content in rendered.items()} == {
        path: content.decode() for path, content in files_of(TREES / choice.name).items()
    }
