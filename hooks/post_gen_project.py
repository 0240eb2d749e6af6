"""Makes what is secret or local to a machine, once: `.env` with random passwords, and a git repository.

Runs in the root of the generated project. Needs nothing but Python's standard library.
"""

import os
import subprocess
import sys
from pathlib import Path

SECRETS = {{ cookiecutter._secrets | map(attribute="name") | list | tojson }}
WITH_GIT = {{ cookiecutter._git is sameas true }}
# They point git to another repository than this directory's; set where the tool is called from a hook of git's.
ELSEWHERE = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
# Seconds; git needs a few milliseconds, and whoever waits for a broken one cannot interrupt it.
LONGEST = 10


def write_environment(path: Path) -> None:
    """Copy `.env.example` with a random value for every secret; an existing `.env` is the owner's."""
    if path.exists():
        return
    lines = Path(".env.example").read_text(encoding="utf-8").splitlines()
    # 192 random bits; the module `secrets` asks the same source and takes longer to import than all else here.
    filled = [f"{name}={os.urandom(24).hex()}" if (name := line.partition("=")[0]) in SECRETS else line for line in lines]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(filled) + "\n")


def make_repository() -> None:
    """Make a git repository, unless the project is in one already; without a git that works there is none."""
    if not failure("rev-parse", "--is-inside-work-tree"):
        return
    problem = failure("init", "--quiet", "--initial-branch=main")
    if problem:
        sys.stderr.write(f"git init: {problem}\n")


def failure(*arguments: str) -> str:
    """Run git in this directory: what went wrong, one line, or nothing. Its output stays here."""
    environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    try:
        done = subprocess.run(
            ["git", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return ""
    said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    return "".join(filter(str.isprintable, said)) or f"exit status {done.returncode}"


def main() -> None:
    """Run the steps in order."""
    write_environment(Path(".env"))
    if WITH_GIT:
        make_repository()


try:
    main()
except OSError as error:
    sys.exit(f"the project's own .env could not be made: {error}")
except KeyboardInterrupt:
    sys.exit(130)
