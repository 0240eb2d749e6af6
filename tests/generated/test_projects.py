"""A generated project passes its own `make lint` and `make test`, with nothing changed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from celery_scaffold.__main__ import main

from conftest import interpreter, need
from generated.pairs import ELSEWHERE, EVERY
from generated.stacks import with_uv

if TYPE_CHECKING:
    from pathlib import Path

Given = tuple[str, str, str, tuple[str, ...]]

NEWEST: list[Given] = [(broker, backend, "3.13", ()) for broker, backend in (*EVERY, *ELSEWHERE)]
# The oldest Python, both presets, a thread pool, a short and a long name: each broker and backend once more.
OLDEST: list[Given] = [
    ("redis", "postgresql", "3.10", ("--preset", "minimal")),
    ("rabbitmq", "redis", "3.10", ("--queue", "default", "--queue", "web-hooks:pool=threads")),
    ("redis", "rpc", "3.10", ("--without", "beat")),
    ("rabbitmq", "none", "3.10", ("--without", "workflows", "--set", "ci=gitlab")),
]
NAMES = {"3.13": "shop", "3.10": "a-name-of-forty-characters-in-all-x12345"}

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("broker", "backend", "python", "flags"), NEWEST + OLDEST)
def test_lint_and_tests_pass_untouched(
    broker: str,
    backend: str,
    python: str,
    flags: tuple[str, ...],
    tmp_path: Path,
) -> None:
    need("uv", "generated projects are installed with uv")
    name = NAMES[python]
    surroundings = {**with_uv(), "UV_PYTHON": interpreter(python)}
    given = ["--yes", "--broker", broker, "--backend", backend, *flags, "--output-dir", str(tmp_path)]
    assert main(["new", name, *given]) == 0
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
