"""The commands that the README and the Makefile of a generated project show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_TARGET = re.compile(r"^([a-z-]+):.*## ", re.MULTILINE)
_MAKE = re.compile(r"`make ([a-z-]+)`")


def readme_commands(project: Path, containing: str) -> list[str]:
    """The lines of the one block of the README with such a command, without their comments."""
    blocks = _BLOCK.findall((project / "README.md").read_text())
    (block,) = [block for block in blocks if containing in block]
    lines = [line.partition(" # ")[0].strip() for line in block.splitlines()]
    return [line for line in lines if line]


def readme_targets(project: Path) -> set[str]:
    """What the README says that `make` can do."""
    return set(_MAKE.findall((project / "README.md").read_text()))


def makefile_targets(project: Path) -> set[str]:
    """What `make help` lists."""
    return set(_TARGET.findall((project / "Makefile").read_text()))
