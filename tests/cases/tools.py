"""Other people's tools, each in a virtual environment of its own that is kept between runs."""

from __future__ import annotations

import getpass
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path


def installed(requirement: str) -> Path:
    """The directory of the commands that a requirement brings.

    Args:
        requirement: as pip takes it, `copier>=9.19,<10`; without a version, whatever was newest when it was installed.

    Raises:
        subprocess.CalledProcessError: pip could not install it.
    """
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = Path(tempfile.gettempdir()) / f"celery-scaffold-rivals-{getpass.getuser()}" / python / _slug(requirement)
    if not (folder / "ready").exists():
        print(f"making a venv with {requirement} …", file=sys.stderr)  # noqa: T201  # it takes a while, in scripts only
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", "--quiet", requirement], check=True)
        (folder / "ready").touch()
    return folder / "bin"


def version(commands: Path, package: str) -> str:
    """The version of a package beside these commands."""
    program = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run(
        [commands / "python", "-c", program], check=True, capture_output=True, text=True
    ).stdout.strip()


def _slug(requirement: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", requirement.lower()).strip("-")
