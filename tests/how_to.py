"""The shell in which a page of docs/how-to/ is followed: a home of its own, and the tool as uv installs it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from conftest import REPOSITORY, UV_CACHE
from generated.stacks import with_uv
from newer_tool import build, build_newer
from story import Shell

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted((REPOSITORY / "docs" / "how-to").glob("*.md"))
# What a machine of the reader's has: a name for commits, and no colours, pagers or answers from elsewhere.
_GIT = {"GIT_AUTHOR_NAME": "you", "GIT_AUTHOR_EMAIL": "you@example.com", "GIT_CONFIG_GLOBAL": os.devnull}
_COMMITTER = {"GIT_COMMITTER_NAME": "you", "GIT_COMMITTER_EMAIL": "you@example.com", "GIT_CONFIG_SYSTEM": os.devnull}
_FOREIGN = ("CELERY_SCAFFOLD_", "PYTHON", "MYPYPATH", "GIT_", "UV_TOOL_")


def shell(folder: Path) -> Shell:
    """A shell in `folder/home`, where `uv tool upgrade` finds a newer version of the tool once it is asked to."""
    home, wheels, tools = folder / "home", folder / "wheels", folder / "tools"
    for directory in (home, folder / "temporary"):
        directory.mkdir()
    surroundings = _environment(folder)
    build(wheels, folder / "sources")
    command = ["uv", "tool", "install", "--quiet", "--python", sys.executable, "celery-scaffold"]
    installed = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert installed.returncode == 0, installed.stderr
    assert (tools / "bin" / "celery-scaffold").exists()

    def before(command: str) -> None:
        if command.startswith("uv tool upgrade"):
            build_newer(wheels, folder / "newer")

    return Shell(home, surroundings, before)


def _environment(folder: Path) -> dict[str, str]:
    own = {name: value for name, value in with_uv().items() if not name.startswith(_FOREIGN)}
    tools = folder / "tools"
    return {
        **own,
        **_GIT,
        **_COMMITTER,
        "HOME": str(folder / "home"),
        # pytest in the project cleans up the directories of other runs in the usual one.
        "TMPDIR": str(folder / "temporary"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "UV_CACHE_DIR": UV_CACHE,
        "UV_FIND_LINKS": str(folder / "wheels"),
        "UV_PYTHON": sys.executable,
        "UV_TOOL_DIR": str(tools),
        "UV_TOOL_BIN_DIR": str(tools / "bin"),
        "PATH": os.pathsep.join([str(tools / "bin"), own["PATH"]]),
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
