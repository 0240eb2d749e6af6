"""Each line names a test that exists."""

from __future__ import annotations

import pytest

from advice.lines import LINES, Line
from celery_scaffold.model.rules.rulebook import RULES

from conftest import REPOSITORY


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.test.rpartition("::")[2])
def test_the_test_of_a_line_is_there(line: Line) -> None:
    path, _, name = line.test.partition("::")
    assert f"\ndef {name}(" in (REPOSITORY / path).read_text()


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.test.rpartition("::")[2])
def test_the_rule_of_a_line_is_in_the_rulebook(line: Line) -> None:
    assert line.rule in RULES
