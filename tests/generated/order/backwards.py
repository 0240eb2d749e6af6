"""For `pytest -p backwards` in a generated project: no test may need what another one leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the last test."""
    items.reverse()
