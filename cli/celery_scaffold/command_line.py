"""Answers as a command line: the one that repeats a run, and the one that resumes it. Pure."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold.answers import Source
from celery_scaffold.model.queues import Queue, queue_spec
from celery_scaffold.model.schedules import Schedule, schedule_spec
from celery_scaffold.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from celery_scaffold.answers import Answers
    from celery_scaffold.readers import Value

_HERE = Path()


def equivalent_command(answers: Answers, output_dir: Path = _HERE, switches: Sequence[str] = ()) -> str:
    """The shortest command that makes the same project without asking.

    Args:
        answers: with a name.
        output_dir: as it was given; left out when it is the current directory.
        switches: flags without a value that the run had, such as `--no-git`.

    Returns:
        One line, quoted for a POSIX shell. Defaults are left out, unless they were typed as a flag, where they may
        outvote an environment variable.
    """
    keys = [
        key for key, answer in answers.given.items() if answer.source is Source.FLAG or not _is_default(answers, key)
    ]
    return _command(answers, keys, output_dir, (*switches, "--yes"))


def resume_command(answers: Answers, output_dir: Path = _HERE, switches: Sequence[str] = ()) -> str:
    """The command that goes on where the questions stopped: every answer so far, defaults included.

    Args:
        answers: what is known; the name may be missing.
        output_dir: as it was given; left out when it is the current directory.
        switches: flags without a value that the run had, such as `--no-git`.
    """
    return _command(answers, answers.given, output_dir, switches)


def value_parts(value: Value) -> list[str]:
    """A value as the command line takes it: one text for each time its flag is given."""
    return [_part(part) for part in value] if isinstance(value, tuple) else [str(value)]


def _part(value: str | Queue | Schedule) -> str:
    if isinstance(value, Queue):
        return queue_spec(value)
    return schedule_spec(value) if isinstance(value, Schedule) else value


def _command(answers: Answers, keys: Iterable[str], output_dir: Path, switches: Iterable[str]) -> str:
    wanted = set(keys)
    words = ["celery-scaffold", "new"]
    for key in OPTIONS:
        if key in wanted:
            words += _words(key, answers.given[key].value)
    if output_dir != _HERE:
        words += ["--output-dir", str(output_dir)]
    return " ".join(shlex.quote(word) for word in (*words, *switches))


def _words(key: str, value: Value) -> list[str]:
    """One answer as arguments; what has no flag of its own, and an empty list, goes through `--set`."""
    flag, parts = OPTIONS[key].flag, value_parts(value)
    if key == "name":
        return parts
    if flag and parts:
        return [word for part in parts for word in (flag, part)]
    separator = ";" if key in {"schedules", "accepted"} else ","
    return ["--set", f"{key}={separator.join(parts)}"]


def _is_default(answers: Answers, key: str) -> bool:
    if key == "name":
        return False
    return answers.without_answer(key).answer(key).value == answers.given[key].value
