"""Processes that tests start and signal."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds; generous, since it is only waited for when something is broken.
DEADLINE = 30.0


def heed_signals() -> None:
    """For `preexec_fn`: a shell starts its background jobs with SIGINT ignored, and their children inherit that."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until it holds; fails after the deadline."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)
