"""The wizard; nothing else is interactive. What is asked is decided in `questions`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from celery_scaffold import console
from celery_scaffold.command_line import resume_command
from celery_scaffold.errors import INTERRUPTED, ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from celery_scaffold.answers import Answers

# What the lists are drawn with; a terminal that cannot show them gets numbers.
_DRAWN = "»●○"


class Interrupted(ScaffoldError):  # noqa: N818  like KeyboardInterrupt, it is not a mistake
    """Somebody stopped the questions."""

    def __init__(self, resume: str) -> None:
        """Nothing was written.

        Args:
            resume: the command that goes on with the answers given so far; it is the hint as well.
        """
        super().__init__("nothing was written", resume, INTERRUPTED)
        self.resume = resume


def can_ask() -> bool:
    """Whether there is a person at both ends."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(given: Answers, output_dir: Path, switches: Sequence[str] = ()) -> Answers:
    """Ask for what is missing, show what would be written, and return once somebody agrees.

    Args:
        given: what flags, environment and file say; it is not asked for again.
        output_dir: where the project's directory will be made, as it was given.
        switches: flags without a value that the run had, such as `--no-git`; the commands shown repeat them.

    Raises:
        ScaffoldError: the target is there already, or the output directory is not.
        Interrupted: Ctrl-C, Ctrl-D, or the choice to stop.
    """
    from celery_scaffold.prompts.wizard import Wizard

    wizard = Wizard(given, output_dir, tuple(switches))
    try:
        if _draws_lists():
            from celery_scaffold.prompts.keyboard import ask_with_keys, drawing_on_stderr

            with drawing_on_stderr():
                wizard.run(ask_with_keys, "Enter takes what is marked, Esc goes back, Ctrl-C stops.")
        else:
            from celery_scaffold.prompts.numbered import ask_with_numbers

            wizard.run(ask_with_numbers, "Enter takes what is in brackets, b goes back, Ctrl-C stops.")
    except (KeyboardInterrupt, EOFError):
        console.say()
        raise Interrupted(resume_command(wizard.answers, output_dir, switches)) from None
    return wizard.answers


def _draws_lists() -> bool:
    """Whether the terminal moves its cursor and shows what the lists are drawn with."""
    if console.is_dumb():
        return False
    try:
        _DRAWN.encode(sys.stderr.encoding)
    except UnicodeEncodeError:
        return False
    return True
