"""What a failed test of containers shows besides its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generated.stacks import Stack

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show tracebacks of workers and beats: their containers are gone when somebody reads of the failure."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.when == "call" and report.failed and isinstance(stack, Stack):
        report.sections.append(("tracebacks in the containers", stack.troubles()))
    return report
