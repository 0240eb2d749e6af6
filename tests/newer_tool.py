"""This tool as a package that uv installs, and a newer version of it: something changed in a template, and a note."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from celery_scaffold import __version__
from celery_scaffold.versions import numbers

from conftest import REPOSITORY
from generated.stacks import with_uv

if TYPE_CHECKING:
    from pathlib import Path

_PARTS = ("cli", "templates", "hooks", "pyproject.toml", "README.md", "LICENSE")
_MIGRATION = '''"""A version that tests upgrade to."""

from celery_scaffold.migrations.migration import Migration

MIGRATION = Migration("{version}", notes=("{note}",))
'''
_NOTE = "workers on RabbitMQ send a heartbeat every 20 s instead of every 30; nothing has to be done for it"


def newer_version() -> str:
    """The version after this one."""
    major, minor, *_ = numbers(__version__)
    return f"{major}.{minor + 1}.0"


def build(wheels: Path, work: Path) -> None:
    """Put this version's wheel into a directory.

    Args:
        wheels: where to.
        work: a directory that is not there yet, for a copy of the sources.
    """
    _copy(work)
    _wheel(work, wheels)


def build_newer(wheels: Path, work: Path) -> None:
    """Put the newer version's wheel beside it; arguments as those of `build`."""
    _copy(work)
    package = work / "cli" / "celery_scaffold"
    version = newer_version()
    module = f"v{version.replace('.', '_')}"
    _replace(package / "__init__.py", re.escape(f'"{__version__}"'), f'"{version}"')
    (package / "migrations" / f"{module}.py").write_text(_MIGRATION.format(version=version, note=_NOTE))
    registry = package / "migrations" / "__init__.py"
    _replace(registry, r"(?m)^(MIGRATIONS: .*)\)$", rf"\1 {module}.MIGRATION,)")
    _replace(
        registry, r"(?m)^(from celery_scaffold\.versions)", rf"from celery_scaffold.migrations import {module}\n\1"
    )
    _replace(
        work / "templates" / "brokers" / "rabbitmq" / "config.py", "broker_heartbeat = 30", "broker_heartbeat = 20"
    )
    _wheel(work, wheels)


def _copy(work: Path) -> None:
    work.mkdir()
    for name in _PARTS:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, work / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, work / name)


def _replace(path: Path, pattern: str, by: str) -> None:
    text, count = re.subn(pattern, by, path.read_text(encoding="utf-8"))
    if count != 1:
        raise AssertionError(f"{path} has {count} places like {pattern}: the newer version is made of one")
    path.write_text(text, encoding="utf-8")


def _wheel(work: Path, wheels: Path) -> None:
    command = ["uv", "build", "--quiet", "--wheel", "--out-dir", str(wheels), str(work)]
    done = subprocess.run(command, env=with_uv(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
