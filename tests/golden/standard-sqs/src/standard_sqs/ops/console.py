"""What people read and type: one line per mistake, tables, names of queues; and no secrets."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from standard_sqs.topology import QUEUES, WorkQueue

PROGRAM = "python -m standard_sqs"
DONE = 0
FAILED = 1
USAGE = 2
INTERRUPTED = 130

_CREDENTIALS = re.compile(r"(?<=://)[^/\s]*@")
_NUMBER = re.compile(r"-|[0-9.]+( s)?")


class OperatorError(Exception):
    """Something that one line explains: `cli.main` prints it with its hint, no traceback."""

    def __init__(self, message: str, hint: str = "", exit_code: int = USAGE) -> None:
        super().__init__(message)
        self.hint = hint
        self.exit_code = exit_code


def one_line(error: BaseException) -> str:
    """The first line of an error, without the credentials of a URL in it."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return _CREDENTIALS.sub("**@", lines[0])


def write(text: str = "") -> None:
    """Print to stdout at once: a pipe sees it as early as a terminal does."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Print to stderr."""
    sys.stderr.write(f"{text}\n")


def write_json(value: object) -> None:
    """Print one JSON document to stdout."""
    write(json.dumps(value, indent=2, ensure_ascii=False))


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns in line, numbers to the right; None is shown as `-`."""
    cells = [["-" if value is None else str(value) for value in row] for row in rows]
    lines = zip(*map(_aligned, zip(headers, *cells, strict=True)), strict=True)
    return "\n".join("  ".join(line).rstrip() for line in lines)


def queue_named(name: str) -> WorkQueue:
    """The queue that a person means, by its short or its full name."""
    for queue in QUEUES.values():
        if name in (queue.key, queue.name):
            return queue
    raise OperatorError(f"there is no queue {name!r}", nearest(name, QUEUES))


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint: the names that look like the one that was typed, or all of them."""
    names = sorted(known)
    if close := get_close_matches(name, names):
        return f"did you mean {' or '.join(close)}?"
    return f"known: {', '.join(names)}"


def _aligned(column: Sequence[str]) -> list[str]:
    width = max(map(len, column))
    if all(map(_NUMBER.fullmatch, column[1:])):
        return [cell.rjust(width) for cell in column]
    return [cell.ljust(width) for cell in column]
