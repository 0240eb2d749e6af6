"""Tests that share something expensive run in one process of pytest-xdist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from conftest import REPOSITORY
from scheduling import TOGETHER, TOGETHER_BY_PARAMETER

MODULE = """
import pytest
@pytest.mark.parametrize("number", range(6))
def test_one_of_many(number: int) -> None: pass
"""

BY_PARAMETER = """
import pytest
@pytest.fixture(scope="module", params=["one-pair", "another-pair", "a-third"])
def pair(request: pytest.FixtureRequest) -> str: return request.param
def test_one(pair: str) -> None: pass
def test_two(pair: str) -> None: pass
"""


def _ran(directory: Path, modules: dict[str, str]) -> list[tuple[str, str]]:
    """Run these modules in two processes: which process ran which test."""
    for name, source in modules.items():
        (directory / name).write_text(source)
    for name in ("conftest.py", "scheduling.py"):
        (directory / name).write_bytes((REPOSITORY / "tests" / name).read_bytes())
    command = [sys.executable, "-m", "pytest", "-n", "2", "-v", "--rootdir", ".", "-p", "no:cacheprovider", "."]
    said = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True).stdout
    return re.findall(r"\[(gw\d)\].* (\w+\.py::\S+)", said)


def test_a_module_that_shares_stays_in_one_process_and_the_others_do_not(tmp_path: Path) -> None:
    ran = _ran(tmp_path, dict.fromkeys((*TOGETHER, "test_others.py"), MODULE))
    modules = [(process, test.partition("::")[0]) for process, test in ran]
    processes = {name: {process for process, module in modules if module == name} for _, name in modules}
    assert len(ran) == 6 * len(processes)
    assert {name: len(found) for name, found in processes.items() if name in TOGETHER} == dict.fromkeys(TOGETHER, 1)
    assert len(set.union(*processes.values())) == 2


def test_what_is_made_for_a_parameter_is_made_in_one_process_and_others_elsewhere(tmp_path: Path) -> None:
    module, *_ = TOGETHER_BY_PARAMETER
    ran = _ran(tmp_path, {module: BY_PARAMETER})
    processes = {
        test.partition("[")[2]: {process for process, one in ran if one.endswith(test.partition("[")[2])}
        for _, test in ran
    }
    assert [len(found) for found in processes.values()] == [1, 1, 1]
    assert len(set.union(*processes.values())) == 2
