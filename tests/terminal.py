"""A person at a terminal: a real pseudo-terminal with the command on one side and a screen to read on the other."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pyte

import celery_scaffold

from processes import heed_signals

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTER, ESCAPE, SPACE, UP, DOWN, LEFT = "\r", "\x1b", " ", "\x1b[A", "\x1b[B", "\x1b[D"
CTRL_C, CTRL_D, CLEAR_LINE = "\x03", "\x04", "\x15"

# Seconds; generous, since it is only waited for when something is broken.
DEADLINE = 30.0
# Seconds without output after which a question is drawn.
QUIET = 0.15


class Terminal:
    """`celery-scaffold ARGUMENTS` in a directory of its own.

    Attributes:
        raw: every byte that was sent to the terminal.
    """

    def __init__(
        self,
        directory: Path,
        *arguments: str,
        columns: int = 240,
        rows: int = 30,
        environment: Mapping[str, str] | None = None,
        through: str = "",
    ) -> None:
        self.raw = b""
        self._heard = 0
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        command = [sys.executable, "-m", "celery_scaffold", *arguments]
        if through:
            command = ["/bin/sh", "-c", through, *command]
        # Any, since the stub takes what is read for text.
        self._child: Any = pexpect.spawn(
            command[0],
            command[1:],
            cwd=str(directory),
            env=_environment(environment or {}),
            dimensions=(rows, columns),
            timeout=DEADLINE,
            preexec_fn=heed_signals,
        )
        # pexpect waits 50 ms before each key for the sake of password prompts, and 100 ms at the end.
        self._child.delaybeforesend = None
        vars(self._child)["ptyproc"].delayafterclose = 0

    def screen(self) -> str:
        """What is on the screen now."""
        lines = []
        for row in range(self._screen.lines):
            written = self._screen.buffer[row]
            lines.append("".join(written[column].data for column in range(max(written, default=-1) + 1)).rstrip())
        return "\n".join(lines).strip("\n")

    def see(self, *texts: str, gone: str = "") -> str:
        """Wait until all texts are on the screen, and one has gone; then the screen."""
        deadline = time.monotonic() + DEADLINE
        while True:
            screen = self.screen()
            if all(text in screen for text in texts) and not (gone and gone in screen):
                return screen
            assert time.monotonic() < deadline, f"waited for {texts} without {gone!r}:\n{screen}"
            self._read(f"{texts} never came")

    def hear(self, *texts: str) -> str:
        """Wait until all texts have come since the last key was pressed; then all that has come since."""
        while not all(text in self._news() for text in texts):
            self._read(f"{texts} never came")
        return self._news()

    def _news(self) -> str:
        news = self.raw[self._heard :].decode(errors="replace").replace("\r\n", "\n")
        return re.sub(r"\x1b\[[0-9;]*m", "", news)

    def press(self, *keys: str) -> None:
        """Send keys."""
        self._heard = len(self.raw)
        for key in keys:
            self._child.send(key)

    def answer(self, question: str, *keys: str) -> str:
        """Wait for a question, then send keys; the screen as it was before."""
        self.see(f"? {question}")
        self.settle()
        screen = self.screen()
        self.press(*keys)
        return screen

    def kill(self, signal: int) -> None:
        """Send a signal to the command."""
        os.kill(self._child.pid, signal)

    def end(self) -> int:
        """Wait for the end of the command; its exit code."""
        while True:
            try:
                self._read()
            except pexpect.EOF:
                break
        self._child.close()
        assert self._child.exitstatus is not None, f"ended by signal {self._child.signalstatus}"
        return int(self._child.exitstatus)

    def settle(self) -> None:
        """The list below a question is drawn after its title: wait until nothing more comes for a moment."""
        quiet = False
        while not quiet:
            try:
                self._take(QUIET)
            except (pexpect.TIMEOUT, pexpect.EOF):
                quiet = True

    def _read(self, otherwise: str = "") -> None:
        try:
            self._take(DEADLINE)
        except pexpect.TIMEOUT:
            raise AssertionError(f"{otherwise or 'it never ended'}:\n{self.screen()}") from None
        except pexpect.EOF:
            assert not otherwise, f"{otherwise}, the command has ended:\n{self.screen()}"
            raise

    def _take(self, seconds: float) -> None:
        """Take what the command writes within that time. Raises pexpect's TIMEOUT or EOF."""
        new = self._child.read_nonblocking(65536, timeout=seconds)
        self.raw += new
        self._stream.feed(new)


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ}
    # The same code as in this process, wherever that was found.
    here = str(Path(celery_scaffold.__file__).parent.parent)
    return {
        **kept,
        "PYTHONPATH": here,
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "PYTHONWARNINGS": "error",
        **more,
    }
