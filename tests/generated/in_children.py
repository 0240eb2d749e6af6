"""What the scripts that load generated projects have in common; see `loading.reports` for both ends."""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Look = Callable[[Path, str], dict[str, Any]]


def report_each(look: Look) -> None:
    """Look at every project of standard input, each in a child of its own, so that none sees another's.

    Args:
        look: what is found in a project, from its directory and the name of its package. It finds both as where to be
            and what to import.
    """
    for line in sys.stdin:
        project = json.loads(line)
        child = os.fork()
        if child == 0:
            os.environ.update(project["environment"])
            _report(project["name"], Path(project["directory"]), project["package"], look)
        os.waitpid(child, 0)


def _report(name: str, directory: Path, package: str, look: Look) -> None:
    """In the child: look, print, and leave without the parent's clean-up."""
    try:
        os.chdir(directory)
        sys.path.insert(0, str(directory / "src"))
        found = look(directory, package)
    except BaseException:  # noqa: BLE001  whatever it is, the test prints it
        found = {"error": traceback.format_exc()}
    sys.stdout.write(json.dumps({"project": name, **found}, default=str) + "\n")
    sys.stdout.flush()
    os._exit(0)
