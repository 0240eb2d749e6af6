"""Makes what is secret or local to a machine, once: `.env` with random passwords, and a git repository.

Runs in the root of the generated project. Needs nothing but Python's standard library.
"""

import os
import subprocess
import sys
from pathlib import Path

SECRETS = {{ cookiecutter._secrets | map(attribute="name") | list | tojson }}
WITH_GIT = {{ cookiecutter._git }}


def write_environment(path: Path) -> None:
    """Copy `.env.example` with a random value for every secret; an existing `.env` is the owner's."""
    if path.exists() or not SECRETS:
        return
    lines = Path(".env.example").read_text(encoding="utf-8").splitlines()
    # 192 random bits; the module `secrets` asks the same source and takes longer to import than all else here.
    filled = [f"{name}={os.urandom(24).hex()}" if (name := line.partition("=")[0]) in SECRETS else line for line in lines]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(filled) + "\n")


def is_in_work_tree() -> bool:
    """Whether the project lies in somebody's git repository already."""
    command = ["git", "rev-parse", "--is-inside-work-tree"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def make_repository() -> None:
    """Make a git repository where there is git and the project is not in one already."""
    try:
        if not is_in_work_tree():
            subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], check=False)  # noqa: S603, S607
    except FileNotFoundError:
        pass


def main() -> None:
    """Run the steps in order."""
    write_environment(Path(".env"))
    if WITH_GIT:
        make_repository()


try:
    main()
except OSError as error:
    sys.exit(f"the project's own .env or repository could not be made: {error}")
