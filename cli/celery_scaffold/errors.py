"""What is said to the user, and with which exit code."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DONE = 0
MISTAKE = 1
FINDINGS = 2
BUG = 3
INTERRUPTED = 130
# And the number of the signal that ended the run.
SIGNALLED = 128


class ScaffoldError(Exception):
    """A mistake of the user's: one line that names the thing, and a hint at what to do next."""

    def __init__(self, message: str, hint: str = "", exit_code: int = MISTAKE) -> None:
        """Say what is wrong.

        Args:
            message: what is wrong, one line.
            hint: what to do about it, one line; empty when the message says it already.
            exit_code: the exit code of the process, `MISTAKE` unless told otherwise.
        """
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code


def nearest(word: str, known: Iterable[str]) -> str:
    """The hint for a word that is none of the known ones: the nearest, or all of them."""
    choices = list(known)
    folded = {choice.lower(): choice for choice in choices}
    matches = [choice for choice in folded if word and choice.startswith(word.lower())]
    matches += get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    if matches:
        return f"did you mean {folded[matches[0]]!r}?"
    return f"known: {', '.join(choices)}"
