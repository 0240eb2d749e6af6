"""What is said to the user, and with which exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DONE = 0
MISTAKE = 1
FINDINGS = 2
BUG = 3
INTERRUPTED = 130
# And the number of the signal that ended the run.
SIGNALLED = 128

_LONGEST_MESSAGE = 400
_LONGEST_PATH = 160
_LONGEST_WORD = 60
_MOST_CHOICES = 30


class ScaffoldError(Exception):
    """A mistake of the user's: one line that names the thing, and a hint at what to do next."""

    def __init__(self, message: str, hint: str = "", exit_code: int = MISTAKE) -> None:
        """Say what is wrong.

        Args:
            message: what is wrong, one line.
            hint: what to do about it, one line; empty when the message says it already.
            exit_code: the exit code of the process, `MISTAKE` unless told otherwise.
        """
        line = printable(message)
        self.message = line if len(line) <= _LONGEST_MESSAGE else f"{line[: _LONGEST_MESSAGE - 1]}…"
        self.hint = printable(hint)
        super().__init__(self.message)
        self.exit_code = exit_code


def nearest(word: str, known: Iterable[str], prefix: str = "") -> str:
    """The hint for a word that is none of the known ones: the nearest, or all of them.

    Args:
        word: what was given.
        known: what could have been given.
        prefix: what is common to all of them, and shown with each.
    """
    from difflib import get_close_matches

    choices = list(known)
    folded = {choice.lower(): choice for choice in choices}
    begun = word[:_LONGEST_WORD].lower()
    matches = [choice for choice in folded if begun and choice.startswith(begun)]
    matches += get_close_matches(begun, folded, n=1, cutoff=0.6)
    if matches:
        return f"did you mean {prefix + folded[matches[0]]!r}?"
    most = choices[:_MOST_CHOICES]
    more = f" and {len(choices) - len(most)} more" if len(choices) > len(most) else ""
    return f"known: {', '.join(prefix + choice for choice in most)}{more}"


def shown(value: object, most: int = 60) -> str:
    """A value somebody gave, quoted, in one printable line of at most that many characters."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # more than 4300 digits; lists in lists in lists
        text = f"a very long {type(value).__name__}"
    return text if len(text) <= most else f"{text[: most - 1]}…"


def shown_path(path: Path) -> str:
    """A path in one printable line; of a long one the end, which is what tells it from others."""
    text = printable(str(path))
    return text if len(text) <= _LONGEST_PATH else f"…{text[1 - _LONGEST_PATH :]}"


def printable(text: str) -> str:
    """Text in one line, whatever it holds: what a terminal would act on is written in Python's notation."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )
