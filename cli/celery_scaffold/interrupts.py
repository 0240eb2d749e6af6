"""The signals that ask a run to stop, and the moments at which they have to wait."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Terminated(SystemExit):
    """SIGTERM or SIGHUP: like a KeyboardInterrupt, it passes every `except Exception` on its way out.

    The event loop of the questions lets nothing but these two out of a callback (asyncio/events.py, `Handle._run`).
    """

    def __init__(self, number: int) -> None:
        """Somebody asked to stop.

        Args:
            number: of the signal.
        """
        super().__init__(number)
        self.number = number


def heed() -> None:
    """Raise where the signals that ask to stop arrive, so that what was begun is tidied up; for a process of its own.

    A signal that is ignored from the start stays ignored: `nohup`, or a shell's background job.
    """
    for number in STOPPING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _raise)


def disregard() -> None:
    """What was asked for is done, and only the report of it is left: whoever wants to stop now comes too late."""
    for number in STOPPING:
        if signal.getsignal(number) is _raise:
            signal.signal(number, _drop)


@contextmanager
def held() -> Iterator[None]:
    """Let the signals wait until the end; child processes that begin meanwhile do not get them at all."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def heard() -> Iterator[None]:
    """Within `held`: a part that may be interrupted. It ends held again, so that the way out is undisturbed."""
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)


def _raise(number: int, _: FrameType | None) -> None:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise Terminated(number)


def _drop(_: int, __: FrameType | None) -> None:
    pass
