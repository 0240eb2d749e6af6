"""Tests that share something expensive run in one process of pytest-xdist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from conftest import REPOSITORY
from scheduling import TOGETHER

MODULE = """
import pytest
@pytest.mark.parametrize("number", range(6))
def test_one_of_many(number: int) -> None: pass
"""


def test_a_module_that_shares_stays_in_one_process_and_the_others_do_not(tmp_path: Path) -> None:
    for name in (*TOGETHER, "test_others.py"):
        (tmp_path / name).write_text(MODULE)
    for name in ("conftest.py", "scheduling.py"):
        (tmp_path / name).write_bytes((REPOSITORY / "tests" / name).read_bytes())
    command = [sys.executable, "-m", "pytest", "-n", "2", "-v", "--rootdir", ".", "-p", "no:cacheprovider", "."]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    ran = re.findall(r"\[(gw\d)\].* (\w+\.py)::", said)
    processes = {name: {process for process, module in ran if module == name} for name in (*TOGETHER, "test_others.py")}
    assert len(ran) == 6 * len(processes)
    assert {name: len(found) for name, found in processes.items() if name in TOGETHER} == dict.fromkeys(TOGETHER, 1)
    assert len(set.union(*processes.values())) == 2
