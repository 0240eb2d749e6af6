"""However the tool is installed, it generates the same bytes; and the packages hold what git tracks."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from typing import TYPE_CHECKING

import pytest

from celery_scaffold.__main__ import main

from conftest import REPOSITORY, need
from trees import files_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NEW = ("new", "shop", "--yes", "--no-git", "--output-dir")
BUNDLE = "celery_scaffold/_bundle/"
# What pip and uv find their indexes and caches with: the environment before a test isolates it.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("CELERY_SCAFFOLD_", "PYTHON"))}

pytestmark = pytest.mark.slow


def run(*command: str | Path) -> str:
    """What a command prints; what it says when it fails is the failure of the test."""
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, REPOSITORY)
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def tracked(*folders: str) -> set[str]:
    """The files in these folders that git tracks."""
    if not (REPOSITORY / ".git").exists():
        pytest.skip("not a git repository: nothing says what belongs to it")
    return set(run("git", "-C", REPOSITORY, "ls-files", "-z", *folders).split("\0")) - {""}


def test_the_wheel_holds_the_code_templates_and_hooks_that_git_tracks_and_nothing_else(
    packages: tuple[Path, Path],
) -> None:
    with zipfile.ZipFile(packages[1]) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    code = {name.removeprefix("cli/") for name in tracked("cli/celery_scaffold")}
    assert names == code | {BUNDLE + name for name in tracked("templates", "hooks")}
    assert "celery_scaffold/py.typed" in names


def test_the_sdist_holds_what_git_tracks(packages: tuple[Path, Path]) -> None:
    folders = ("cli/", "templates/", "hooks/")
    with tarfile.open(packages[0]) as sdist:
        names = {member.name.partition("/")[2] for member in sdist.getmembers() if member.isfile()}
    assert {name for name in names if name.startswith(folders)} == tracked(*folders)


# --- ways to install; each gives the command that runs the tool ----------------------------------------


def with_pip(wheel: Path, folder: Path) -> list[str | Path]:
    """Pip compiles the Python it installs, templates included: no `__pycache__` may end up in a project."""
    python = _environment(folder)
    run(python, "-m", "pip", "install", "--quiet", "--compile", wheel)
    assert list(folder.rglob("_bundle/**/__pycache__"))
    return [python.parent / "celery-scaffold"]


def editable(wheel: Path, folder: Path) -> list[str | Path]:
    python = _environment(folder)
    run(python, "-m", "pip", "install", "--quiet", "--editable", REPOSITORY)
    return [python.parent / "celery-scaffold"]


def with_uv_pip(wheel: Path, folder: Path) -> list[str | Path]:
    run("uv", "venv", "--quiet", "--python", sys.executable, folder)
    run("uv", "pip", "install", "--quiet", "--python", folder / "bin" / "python", wheel)
    return [folder / "bin" / "celery-scaffold"]


def with_uv_tool_run(wheel: Path, folder: Path) -> list[str | Path]:
    return ["uv", "tool", "run", "--quiet", "--python", sys.executable, "--from", str(wheel), "celery-scaffold"]


def _environment(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    return folder / "bin" / "python"


@pytest.mark.parametrize("install", [with_pip, editable, with_uv_pip, with_uv_tool_run])
def test_every_installation_generates_the_same_bytes(
    install: Callable[[Path, Path], list[str | Path]],
    packages: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    if "uv" in install.__name__:
        need("uv", "it is one of the ways to install")
    command = install(packages[1], tmp_path / "installed")
    for output in ("here", "there"):
        (tmp_path / output).mkdir()
    assert main([*NEW, str(tmp_path / "here")]) == 0
    run(*command, *NEW, tmp_path / "there")
    assert files_of(tmp_path / "there" / "shop") == files_of(tmp_path / "here" / "shop")
