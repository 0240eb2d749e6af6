"""A generated project passes its own `make lint` and `make test`, with nothing changed."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from celery_scaffold import answers, workflows
from celery_scaffold.__main__ import main

from conftest import interpreter, need
from generated import pairwise
from generated.pairs import ELSEWHERE, EVERY
from generated.pairwise import FACTORS, Row
from generated.stacks import with_uv
from projects import refusals

TESTED = pairwise.tested()
# The order of a part of them: an owner runs single tests, or shuffles them.
BACKWARDS = {"PYTHONPATH": str(Path(__file__).parent / "order"), "PYTEST_ADDOPTS": "-p backwards"}


def test_each_two_values_meet_in_the_array_where_they_may() -> None:
    met = {pair for row in pairwise.array() for pair in itertools.combinations(row.values, 2)}
    refused = {(("broker", broker), ("backend", backend)) for (broker, backend), why in refusals().items() if why}
    # Its dead letters would have a name of 53 characters, and PGMQ takes 47.
    refused.add((("broker", "pgmq"), ("name", max(FACTORS["name"], key=len))))
    wanted = {
        ((one, value), (other, its_value))
        for one, other in itertools.combinations(FACTORS, 2)
        for value, its_value in itertools.product(FACTORS[one], FACTORS[other])
    }
    assert met == wanted - refused


def test_the_sample_is_the_same_in_every_run_and_has_each_value() -> None:
    rows = pairwise.array()
    assert pairwise.sample(rows, pairwise.SAMPLE_SIZE) == pairwise.sample(rows, pairwise.SAMPLE_SIZE)
    assert {pair for row in pairwise.sample(rows, pairwise.SAMPLE_SIZE) for pair in row.values} == {
        (factor, value) for factor, values in FACTORS.items() for value in values
    }


def test_a_sample_that_leaves_a_value_out_is_refused() -> None:
    with pytest.raises(AssertionError, match="too few"):
        pairwise.sample(pairwise.array(), 3)


def test_the_longest_package_breaks_no_line(tmp_path: Path) -> None:
    package = max(FACTORS["name"], key=len).replace("-", "_")
    for broker, backend in (*EVERY, *ELSEWHERE):
        flags = {"name": "shop", "package": package, "preset": "full", "broker": broker, "backend": backend}
        output = tmp_path / f"{broker}-{backend}"
        output.mkdir()
        workflows.new(answers.from_flags(flags, []), output, with_git=False)
    for words in (("check", "--no-cache"), ("format", "--check", "--no-cache")):
        command = [sys.executable, "-m", "ruff", *words, "."]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
@pytest.mark.parametrize("row", TESTED, ids=str)
def test_lint_and_tests_pass_untouched(row: Row, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    need("uv", "generated projects are installed with uv")
    name = row["name"]
    # One after the other in one place: uv makes of it what the lock says, and what is in both is compiled once.
    environment = tmp_path_factory.getbasetemp() / f"environment-{row['python']}"
    surroundings = {
        **with_uv(),
        "UV_PYTHON": interpreter(row["python"]),
        "UV_PROJECT_ENVIRONMENT": str(environment),
        **(BACKWARDS if row["ci"] == "gitlab" else {}),
    }
    assert main(["new", name, "--yes", *row.flags, "--output-dir", str(tmp_path)]) == 0
    for target in ("lint", "test"):
        done = subprocess.run(
            ["make", target],
            cwd=tmp_path / name,
            env=surroundings,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"make {target}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}"
    assert _changed(tmp_path / name) == ""


def _changed(project: Path) -> str:
    """What git would show after the first commit: nothing that `make` left behind."""
    subprocess.run(["git", "add", "--all"], cwd=project, check=True)
    names = subprocess.run(["git", "ls-files"], cwd=project, capture_output=True, text=True, check=True).stdout
    unwanted = [line for line in names.splitlines() if line.startswith(("var/", ".venv/")) or "__pycache__" in line]
    return "\n".join(unwanted)
