from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from celery_scaffold import workflows
from celery_scaffold.answers import Answers, Source, from_flags
from celery_scaffold.review import folded_tree, review

if TYPE_CHECKING:
    from pathlib import Path

PATHS = (
    "README.md",
    "docs/a.md",
    "src/shop/app.py",
    "src/shop/tasks/a.py",
    "src/shop/tasks/b.py",
    "src/shop/tasks/c.py",
)


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (
            20,
            [
                "shop/",
                "  README.md",
                "  docs/",
                "    a.md",
                "  src/",
                "    shop/",
                "      app.py",
                "      tasks/",
                "        a.py",
                "        b.py",
                "        c.py",
            ],
        ),
        (
            10,
            [
                "shop/",
                "  README.md",
                "  docs/",
                "    a.md",
                "  src/",
                "    shop/",
                "      app.py",
                "      tasks … 3 files",
            ],
        ),
        (7, ["shop/", "  README.md", "  docs/", "    a.md", "  src/", "    shop … 4 files"]),
        (4, ["shop/", "  README.md", "  docs … 1 file", "  src … 4 files"]),
        (3, ["shop/", "  README.md", "  … 2 more lines"]),
    ],
)
def test_a_tree_is_folded_from_its_deepest_folders_until_it_fits(rows: int, lines: list[str]) -> None:
    assert folded_tree("shop", PATHS, rows) == lines


def a_review(answers: Answers, output: Path, columns: int, rows: int) -> list[str]:
    result = workflows.new(answers, output, dry_run=True)
    return review(result, answers, "celery-scaffold new shop --yes", columns, rows)


def test_a_review_shows_every_answer_with_its_source_and_the_warnings(tmp_path: Path) -> None:
    answers = from_flags({"name": "shop", "clouds": ["gcp"]}, []).with_answer("backend", "none", Source.FILE)
    lines = a_review(answers.with_answer("broker", "rabbitmq", Source.PROMPT), tmp_path, 200, 200)
    rows = dict(line.split(maxsplit=1) for line in lines if line and not line.startswith(" "))
    assert rows["name"] == "shop (flag)"
    assert rows["clouds"] == "gcp (flag)"
    assert rows["backend"] == "none (file)"
    assert rows["broker"] == "rabbitmq (prompt)"
    assert rows["components"] == "base, beat, compose, workflows, ci"
    assert rows["default"].startswith("package shop; ")
    assert rows["warning"].startswith("S49: one of the clouds manages nothing")
    assert any(line.startswith("  hint: `celery-scaffold brokers --compare`") for line in lines)
    assert lines[-2:] == ["the same without questions:", "  celery-scaffold new shop --yes"]


@pytest.mark.parametrize("columns", [12, 30, 80])
def test_a_review_keeps_within_the_terminal_but_for_the_tree_and_the_command(tmp_path: Path, columns: int) -> None:
    lines = a_review(from_flags({"name": "shop", "clouds": ["aws"]}, []), tmp_path, columns, 30)
    answers = lines[lines.index("") + 1 : -1]
    words = [word for line in answers for word in line.split()]
    assert max(map(len, answers)) <= max(columns, max(map(len, words)) + columns // 2)
    assert lines[-1] == "  celery-scaffold new shop --yes"


@pytest.mark.parametrize("rows", [30, 40, 60])
def test_a_review_fits_the_height_where_that_is_possible(tmp_path: Path, rows: int) -> None:
    lines = a_review(from_flags({"name": "shop"}, []), tmp_path, 120, rows)
    assert len(lines) + 5 <= rows
