"""Five crontab fields, as `celery.schedules.crontab` takes them: checked here, without Celery.

Celery's ways are kept: a range may wrap around (`22-3`, `fri-mon`), names have their first three letters or all of
them, and a run has to fit the day of the month, the month and the day of the week at once, where cron takes either day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from celery_scaffold.errors import ScaffoldError, shown

_DAY = 24 * 60
_WEEK = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_YEAR = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# Of a leap year: the 29th of February comes.
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LONGEST_FIELD = 200
_PART = re.compile(
    r"(?:(?P<star>\*)|(?P<first>[0-9]{1,2}|[a-z]+)(?:-(?P<last>[0-9]{1,2}|[a-z]+))?)(?:/(?P<step>[0-9]+))?"
)


@dataclass(frozen=True)
class Field:
    """One of the five fields.

    Attributes:
        name: Celery's name for it.
        least: its smallest value.
        most: its largest value.
        names: words for the values from the smallest on, if it has any.
    """

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()

    @property
    def range(self) -> str:
        """What it takes, for hints."""
        if not self.names:
            return f"{self.least} to {self.most}"
        return f"{self.least} to {self.most}, or {self.names[0][:3]} to {self.names[-1][:3]}"


FIELDS = (
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day_of_month", 1, 31),
    Field("month_of_year", 1, 12, _YEAR),
    Field("day_of_week", 0, 6, _WEEK),
)


def crontab_text(text: str, label: str) -> str:
    """Check five fields.

    Args:
        text: minute, hour, day of the month, month and day of the week, with blanks between them.
        label: what it belongs to, for messages.

    Returns:
        The same fields in lower case with one blank between them.

    Raises:
        ScaffoldError: naming the field that is wrong, or a day that never comes.
    """
    parts = text.lower().split()
    if len(parts) != len(FIELDS):
        order = ", ".join(field.name for field in FIELDS)
        raise ScaffoldError(
            f"{label}: {shown(text)} has {len(parts)} fields, a crontab has 5", f"in this order: {order}"
        )
    values = {field.name: _values(part, field, label) for part, field in zip(parts, FIELDS, strict=True)}
    months = [_DAYS_IN_MONTH[month - 1] for month in values["month_of_year"]]
    if min(values["day_of_month"]) > max(months):
        message = f"{label}: the day_of_month {shown(parts[2])} comes in none of the months {shown(parts[3])}"
        raise ScaffoldError(message, "choose a day that all of them have: 1 to 28")
    return " ".join(parts)


def crontab_values(text: str) -> dict[str, frozenset[int]]:
    """What each field of a checked crontab stands for, by Celery's names."""
    return {field.name: _values(part, field, "crontab") for part, field in zip(text.split(), FIELDS, strict=True)}


def shortest_gap(text: str) -> int:
    """Seconds that there are at least between two runs of a checked crontab.

    The days are taken to follow each other, so the true gap may be longer, and is never shorter.
    """
    values = crontab_values(text)
    minutes = sorted(60 * hour + minute for hour in values["hour"] for minute in values["minute"])
    return 60 * min(later - earlier for earlier, later in pairwise([*minutes, minutes[0] + _DAY]))


def _values(text: str, field: Field, label: str) -> frozenset[int]:
    if len(text) > _LONGEST_FIELD:
        raise ScaffoldError(f"{label}: the {field.name} {shown(text, 30)} is too long", "at most 200 characters")
    return frozenset(value for part in text.split(",") for value in _part(part, field, label))


def _part(part: str, field: Field, label: str) -> list[int]:
    """The values of what stands between two commas: `*`, a value or a range, each with a step or without."""
    found = _PART.fullmatch(part)
    # A step after a single value means nothing, and Celery refuses it.
    if found is None or (found["step"] and not found["star"] and not found["last"]):
        hint = f"{field.range}; *, */5, 1-5, 1-5/2, or several with commas"
        raise ScaffoldError(f"{label}: {field.name} cannot be {shown(part, 30)}", hint)
    step = _step(found["step"], field, label)
    if found["star"]:
        return list(range(field.least, field.most + 1))[::step]
    first = _number(found["first"], field, label)
    last = _number(found["last"], field, label) if found["last"] else first
    if last >= first:
        return list(range(first, last + 1))[::step]
    return [*range(first, field.most + 1), *range(field.least, last + 1)][::step]


def _step(text: str | None, field: Field, label: str) -> int:
    most = field.most - field.least
    if text is None:
        return 1
    if len(text) > len(str(most)) or not 1 <= int(text) <= most:
        raise ScaffoldError(f"{label}: {field.name} cannot go in steps of {shown(text, 10)}", f"1 to {most}")
    return int(text)


def _number(text: str, field: Field, label: str) -> int:
    if text.isdigit() and field.least <= int(text) <= field.most:
        return int(text)
    for value, name in enumerate(field.names, field.least):
        if text in (name, name[:3]):
            return value
    raise ScaffoldError(f"{label}: {field.name} cannot be {shown(text, 30)}", field.range)
