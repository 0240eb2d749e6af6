"""The wizard; the only interactive module."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from celery_scaffold.errors import ScaffoldError

if TYPE_CHECKING:
    from pathlib import Path

    from celery_scaffold.answers import Answers


def can_ask() -> bool:
    """Whether there is a person at both ends."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(given: Answers, output_dir: Path) -> Answers:
    """Ask for what is missing."""
    raise ScaffoldError("the wizard is not there yet", "--yes")
