"""What the workers did, written by themselves: it is there whatever the result backend keeps."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from standard_sqs.settings import ENV_PREFIX

VARIABLE = f"{ENV_PREFIX}TEST_JOURNAL"
T = TypeVar("T")


def write(event: str, **fields: Any) -> None:
    """Add a line; several processes may do so at once."""
    line = json.dumps({"event": event, "at": time.time(), **fields}) + "\n"
    with Path(os.environ[VARIABLE]).open("ab", buffering=0) as journal:
        journal.write(line.encode())


def hold(label: str) -> None:
    """Keep a task busy until the test says `release`."""
    write("holding", label=label)
    released = Path(os.environ[VARIABLE]).with_suffix(".released")
    eventually(released.exists, within=60)


def eventually(condition: Callable[[], T | None], *, within: float) -> T:
    """Return the first true value of a condition; fail when there is none in time (seconds)."""
    deadline = time.monotonic() + within
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:.0f} s")
        time.sleep(0.02)
    return value


class Journal:
    """The side of the tests."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def entries(self, event: str, **fields: Any) -> list[dict[str, Any]]:
        """Return the matching entries, oldest first."""
        wanted = {"event": event, **fields}
        # A line that is being written has no end yet.
        lines = self.path.read_text().splitlines(keepends=True)
        entries = [json.loads(line) for line in lines if line.endswith("\n")]
        return [entry for entry in entries if wanted.items() <= entry.items()]

    def wait_for(
        self, event: str, *, count: int = 1, within: float = 30, **fields: Any
    ) -> list[dict[str, Any]]:
        """Return the matching entries as soon as there are so many."""
        try:
            eventually(lambda: len(self.entries(event, **fields)) >= count, within=within)
        except AssertionError as error:
            journal = self.path.read_text()
            raise AssertionError(f"{count} {event} {fields}: {error}\n{journal}") from None
        return self.entries(event, **fields)

    def release(self) -> None:
        """Let all tasks end that `hold`."""
        self.path.with_suffix(".released").touch()
