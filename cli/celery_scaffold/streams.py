"""Standard input, output and error, whatever they are: closed, full, a pipe that nobody reads, a narrow encoding."""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import os
import sys
from typing import TextIO

from celery_scaffold.errors import ScaffoldError

# What the messages hold beside ASCII.
_ASCII = {"…": "...", "→": "->"}


def prepare() -> None:
    """Make standard input and error usable whatever they are, and text printable in any encoding.

    A closed stream leaves its number to the next file that is opened, and Python sets it to None, which `print` takes
    for standard output. One with a narrow encoding gets the nearest ASCII instead of failing.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    sys.stdin = sys.stdin or open(0, closefd=False, encoding="utf-8")  # noqa: SIM115  it stays open
    sys.stderr = sys.stderr or open(2, "w", closefd=False, encoding="utf-8")  # noqa: SIM115
    codecs.register_error("nearest-ascii", _nearest_ascii)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="nearest-ascii")


class Kept(io.StringIO):
    """Stands in for standard output until the run is over, so that there are few places where writing it can fail."""

    def __init__(self, stream: TextIO | None) -> None:
        """Nothing is written yet.

        Args:
            stream: the real one, None when it is closed.
        """
        super().__init__()
        self._stream = stream

    def isatty(self) -> bool:
        """Whether a terminal will show it."""
        return self._stream is not None and self._stream.isatty()

    def deliver(self) -> None:
        """Write what is kept to standard output; whoever stopped reading has read enough.

        Raises:
            ScaffoldError: it is closed, or its disk is full.
        """
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        if text:
            _write(text, self._stream)


def deliver() -> None:
    """Write what was printed so far: what is said on standard error next belongs below it; raises as `Kept.deliver`."""
    if isinstance(sys.stdout, Kept):
        sys.stdout.deliver()


def _write(text: str, stream: TextIO | None) -> None:
    if stream is None:
        raise _lost(os.strerror(errno.EBADF))
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        silence(stream)
    except OSError as error:
        silence(stream)
        raise _lost(error.strerror or str(error)) from None


def silence(stream: TextIO) -> None:
    """Send the rest nowhere: what a stream could not write is tried again when Python ends, and would fail again."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _lost(reason: str) -> ScaffoldError:
    return ScaffoldError(f"cannot write to standard output: {reason.lower()}", "only the output is lost, nothing else")


def _nearest_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_ASCII.get(character, "?") for character in error.object[error.start : error.end]), error.end
