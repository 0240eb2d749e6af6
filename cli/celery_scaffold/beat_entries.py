"""Schedules as the lines of `schedule.py` that stand for them, broken as ruff would break them. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from celery_scaffold.model.crontab import FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celery_scaffold.model.project import Project
    from celery_scaffold.model.schedules import Argument, Schedule

_WIDTH = 100
# Where the lines of an entry begin: within `BEAT_SCHEDULE |= {` and its name.
_INDENT = 8
_MINUTE = 60
_HOUR = 60 * _MINUTE
_UNITS = (("days", 24 * _HOUR), ("hours", _HOUR), ("minutes", _MINUTE), ("seconds", 1))
# Ruff takes any text like these for an open port or a guessable file.
_SUSPICIOUS = (
    ("S104", re.compile(r"""["']0\.0\.0\.0["']""")),
    ("S108", re.compile(r"""["']/(?:tmp|var/tmp|dev/shm)""")),
)


def beat_entry(project: Project, schedule: Schedule) -> tuple[str, ...]:
    """The lines of one entry, to be indented by four."""
    lines = [
        f'"task": "{project.full_task_name(schedule.task)}",',
        *_when(schedule),
        *_spread('"kwargs": {', [f'"{key}": {python_literal(value)}' for key, value in schedule.kwargs], "},"),
        f'"options": {{"expires": {_seconds(schedule.expires)}, "ignore_result": True}},',
    ]
    return (f'"{schedule.name}": {{', *(f"    {_accepted(line)}" for line in lines), "},")


def python_literal(value: Argument) -> str:
    """A value as Python has it and ruff leaves it; in ASCII, since ruff warns of characters that look like others.

    Text has to be printable, as that of a schedule is.
    """
    if isinstance(value, str):
        return _quoted(value)
    return repr(value).replace("e+", "e")


def inline_table(value: object) -> str:
    """A value as TOML text; a flat table in one line."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{key} = {json.dumps(part, ensure_ascii=False)}" for key, part in value.items())
        return f"{{ {pairs} }}"
    return json.dumps(value, ensure_ascii=False)


def _when(schedule: Schedule) -> list[str]:
    if schedule.every_seconds is not None:
        unit, seconds = next(unit for unit in _UNITS if schedule.every_seconds % unit[1] == 0)
        return [f'"schedule": timedelta({unit}={schedule.every_seconds // seconds}),']
    fields = zip(FIELDS, schedule.crontab.split(), strict=True)
    items = [f"{field.name}={_quoted(text)}" for field, text in fields if text != "*"]
    joined = ", ".join(items)
    if not _fits(f'"schedule": crontab({joined}),') and _fits(f"    {joined}"):
        return ['"schedule": crontab(', f"    {joined}", "),"]
    return _spread('"schedule": crontab(', items, "),")


def _seconds(number: int) -> str:
    """Seconds as people write them: 240 is `4 * 60`."""
    if number % _HOUR == 0:
        return f"{number // _HOUR} * 60 * 60"
    return f"{number // _MINUTE} * 60" if number > _MINUTE and number % _MINUTE == 0 else str(number)


def _spread(head: str, items: Sequence[str], tail: str) -> list[str]:
    """In one line if it fits, with one line for each item otherwise."""
    line = f"{head}{', '.join(items)}{tail}"
    return [line] if _fits(line) else [head, *(f"    {item}," for item in items), tail]


def _fits(line: str) -> bool:
    return _INDENT + len(line) <= _WIDTH


def _accepted(line: str) -> str:
    """A line that the formatter leaves as it is, with the rules that it breaks all the same, or seems to break."""
    rules = [] if _fits(line) or len(line.split()) == 1 else ["E501"]
    rules += [rule for rule, text in _SUSPICIOUS if text.search(line)]
    return f"{line}  # noqa: {', '.join(rules)}" if rules else line


def _quoted(text: str) -> str:
    """In double quotation marks, unless single ones need fewer escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    body = "".join(f"\\{character}" if character in ("\\", quote) else character for character in text)
    return quote + body.encode("ascii", "backslashreplace").decode() + quote
