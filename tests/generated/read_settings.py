"""Reads the settings of generated projects and prints, for each, what is wrong with them: nothing, or a line.

Usage: python read_settings.py < LINES of JSON: `project`, a directory; `package`; `environment`, variables. Each is
read in a child of its own, so that none sees another's.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path

import pydantic_settings

READ_ONCE = pydantic_settings


def main() -> None:
    """Read the settings of every line of standard input."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _report(**json.loads(line))
        os.waitpid(child, 0)


def _report(project: str, package: str, environment: dict[str, str]) -> None:
    """In the child: read, print, and leave without the parent's clean-up."""
    os.environ.update(environment)
    sys.path.insert(0, str(Path(project) / "src"))
    problem = ""
    try:
        importlib.import_module(f"{package}.settings").get_settings()
    except BaseException as error:  # noqa: BLE001  whatever it is, the test prints it
        problem = f"{type(error).__name__}: {error}"
    sys.stdout.write(json.dumps({"project": project, "problem": problem}) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
