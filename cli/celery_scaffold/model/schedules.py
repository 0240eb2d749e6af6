"""What runs by itself, as its owner states it: which task, when, with which arguments, and how long it is worth it."""

from __future__ import annotations

import json
import keyword
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

from celery_scaffold.errors import ScaffoldError, nearest, shown
from celery_scaffold.model.crontab import crontab_text, shortest_gap
from celery_scaffold.model.names import schedule_name
from celery_scaffold.model.values import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

Argument = Union[str, int, float, bool]

# A run expires before the next one, after a second at least.
SHORTEST_RHYTHM = 2
LONGEST_RHYTHM = 30 * 86_400
MOST_SCHEDULES = 500
#: Of `schedule.py` as it is rendered.
EXAMPLES = frozenset({"heartbeat", "nightly-digest"})
KEYS = ("task", "every_seconds", "crontab", "kwargs", "expires_seconds")

_CRONTAB_EXPIRES = 6 * 3600
_LONGEST_TASK_NAME = 160
_MOST_ARGUMENTS = 50
_LONGEST_TEXT = 500
_LARGEST_NUMBER = 2**63 - 1  # of TOML
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"([1-9][0-9]{0,6})([smhd]?)")
# The name of a queue may have a hyphen.
_TASK = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+")
_ARGUMENT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
# Python writes a float with at most 17 digits, and four zeros before them.
_FRACTION = re.compile(r"-?(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,21})?(?:e[+-]?[0-9]{1,3})?")
# What separates the parts of a SPEC, or several of them.
_SEPARATORS = re.compile(r"[,; ]")


@dataclass(frozen=True)
class Schedule:
    """One entry of the schedule; either `every_seconds` or `crontab` is set.

    Attributes:
        name: words of lower-case letters and digits, like a queue's; beat remembers the last run by it.
        task: the full name of a task, or `queue.function` for one in the task modules of that queue.
        every_seconds: 2 to 2592000 seconds from one run to the next, whatever the clock says.
        crontab: minute, hour, day of the month, month and day of the week, in the time zone of the project.
        kwargs: its arguments by name: text, numbers, true and false.
        expires_seconds: a run that nobody took within that many seconds is dropped, which must be before the next one.
            Unless it is given, it is four fifths of the shortest time between two runs, six hours at most with crontab.
    """

    name: str
    task: str
    every_seconds: int | None = None
    crontab: str = ""
    kwargs: tuple[tuple[str, Argument], ...] = ()
    expires_seconds: int | None = None

    @property
    def gap(self) -> int:
        """Seconds from one run to the next, at least."""
        return self.every_seconds or shortest_gap(self.crontab)

    @property
    def expires(self) -> int:
        """Seconds after which a run is not worth it any more: fewer than to the next one."""
        if self.expires_seconds is not None:
            return self.expires_seconds
        most = _CRONTAB_EXPIRES if self.crontab else LONGEST_RHYTHM
        return min(most, self.gap * 4 // 5)


def schedule(name: str, values: Mapping[str, object]) -> Schedule:
    """The schedule of that name from what TOML holds, or from text.

    Args:
        name: of the entry.
        values: by `KEYS`; durations may be text with a unit, such as `10m`.

    Raises:
        ScaffoldError: a key is unknown, or a value is missing or out of its range, by name.
    """
    label = f"schedule {schedule_name(name)!r}"
    for key in values:
        if key not in KEYS:
            raise ScaffoldError(f"{label} has no key {shown(key)}", nearest(key, KEYS))
    if ("every_seconds" in values) == ("crontab" in values):
        both = "both every_seconds and crontab" if "crontab" in values else "neither every_seconds nor crontab"
        raise ScaffoldError(f"{label} has {both}", "one of the two says when it runs")
    read = Schedule(
        name,
        _task(values.get("task"), f"{label}: task"),
        _seconds(values, "every_seconds", label, SHORTEST_RHYTHM, LONGEST_RHYTHM),
        crontab_text(text_of(values["crontab"], f"{label}: crontab"), label) if "crontab" in values else "",
        _arguments(values.get("kwargs", {}), label),
        _seconds(values, "expires_seconds", label, 1, LONGEST_RHYTHM),
    )
    if read.expires >= read.gap:
        message = f"{label}: a run would expire after {read.expires} seconds, and the next one comes after {read.gap}"
        raise ScaffoldError(message, "expires_seconds must be less than that, or left out")
    return read


def schedule_from_flags(  # noqa: PLR0913  one for each flag
    name: str, task: str, *, every: str = "", crontab: str = "", kwargs: Iterable[str] = (), expires: str = ""
) -> Schedule:
    """The schedule of `add schedule NAME --task T (--every 10m | --crontab "…") [--kwarg K=V]… [--expires 5m]`.

    Text that reads as a number, `true` or `false` becomes one; in double quotation marks it stays text.

    Raises:
        ScaffoldError: as `schedule` does, or an argument is not K=V.
    """
    arguments: dict[str, object] = {}
    for pair in kwargs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ScaffoldError(f"the argument {shown(pair)} is not KEY=VALUE", "for example --kwarg city=Oslo")
        if key in arguments:
            raise ScaffoldError(f"the argument {shown(key)} is given twice", "once is enough")
        arguments[key] = _plain(value)
    given = {"task": task, "every_seconds": every, "crontab": crontab, "kwargs": arguments, "expires_seconds": expires}
    return schedule(name, {key: value for key, value in given.items() if value})


def parse_schedule(text: str) -> Schedule:
    r"""Read `NAME:task=…,every=10m` or `NAME:task=…,crontab=0+30_4_*_*_mon-fri`, with `expires=5m` and `kwargs.K=V`.

    In a crontab `_` stands for the blank and `+` for the comma. An argument with blanks, commas or semicolons is
    written in JSON's quotation marks, and these characters as `\u0020`, `\u002c` and `\u003b`.

    Raises:
        ScaffoldError: as `schedule_from_flags` does.
    """
    name, _, rest = text.strip().partition(":")
    given: dict[str, str] = {}
    kwargs: list[str] = []
    for pair in rest.split(",") if rest else ():
        key, equals, value = (part.strip() for part in pair.partition("="))
        if key.startswith("kwargs."):
            kwargs.append(pair.strip()[len("kwargs.") :])
        elif not equals or key in given or key not in _SPEC_KEYS:
            _refuse_pair(name, pair, key, twice=key in given)
        given[key] = value
    crontab = given.get("crontab", "").replace("_", " ").replace("+", ",")
    return schedule_from_flags(
        name,
        given.get("task", ""),
        every=given.get("every", ""),
        crontab=crontab,
        kwargs=kwargs,
        expires=given.get("expires", ""),
    )


_SPEC_KEYS = ("task", "every", "crontab", "expires")


def _refuse_pair(name: str, pair: str, key: str, *, twice: bool) -> None:
    if twice:
        raise ScaffoldError(f"schedule {name!r}: {key} is given twice", "once is enough")
    if "=" not in pair:
        hint = f"keys: {', '.join(_SPEC_KEYS)}, kwargs.NAME"
        raise ScaffoldError(f"schedule {name!r}: {shown(pair)} is not key=value", hint)
    raise ScaffoldError(f"schedule {name!r} has no key {shown(key)}", nearest(key, (*_SPEC_KEYS, "kwargs.NAME")))


def schedule_spec(entry: Schedule) -> str:
    """The SPEC that `parse_schedule` reads back as this schedule."""
    pairs = [f"task={entry.task}"]
    if entry.crontab:
        pairs.append(f"crontab={entry.crontab.replace(',', '+').replace(' ', '_')}")
    else:
        pairs.append(f"every={entry.every_seconds}")
    if entry.expires_seconds is not None:
        pairs.append(f"expires={entry.expires_seconds}")
    pairs += [f"kwargs.{key}={_argument_text(value)}" for key, value in entry.kwargs]
    return f"{entry.name}:{','.join(pairs)}"


def schedule_values(entry: Schedule) -> dict[str, object]:
    """All that was said about a schedule but its name, as TOML and JSON hold it; `schedule` reads it back."""
    values = {"task": entry.task, "every_seconds": entry.every_seconds, "crontab": entry.crontab or None}
    values |= {"expires_seconds": entry.expires_seconds}
    answers: dict[str, object] = {key: value for key, value in values.items() if value is not None}
    return {**answers, "kwargs": dict(entry.kwargs)} if entry.kwargs else answers


def check_schedules(schedules: tuple[Schedule, ...]) -> None:
    """Refuse too many, two of one name, and the names of the example entries."""
    if len(schedules) > MOST_SCHEDULES:
        raise ScaffoldError(f"{len(schedules)} schedules are more than {MOST_SCHEDULES}", "write them in schedule.py")
    seen: set[str] = set()
    for entry in schedules:
        if entry.name in EXAMPLES:
            message = f"the schedule {entry.name!r} has the name of an example in schedule.py"
            raise ScaffoldError(message, "choose another name")
        if entry.name in seen:
            raise ScaffoldError(f"there are two schedules {entry.name!r}", "rename one, or drop one")
        seen.add(entry.name)


def _task(raw: object, label: str) -> str:
    text = text_of(raw, label) if raw is not None else ""
    if len(text) > _LONGEST_TASK_NAME or not _TASK.fullmatch(text):
        hint = "queue.function, or the full name of a task: shop.tasks.emails.example"
        raise ScaffoldError(f"{label} cannot be {shown(text)}" if text else f"{label} is missing", hint)
    return text


def _seconds(values: Mapping[str, object], key: str, label: str, least: int, most: int) -> int | None:
    """A duration from a whole number of seconds, or text with a unit."""
    if key not in values:
        return None
    number = raw = values[key]
    if isinstance(raw, str) and (found := _DURATION.fullmatch(raw)):
        number = int(found[1]) * _UNITS[found[2]]
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        hint = f"{least} to {most} seconds, or with a unit: 90s, 10m, 2h, 1d"
        raise ScaffoldError(f"{label}: {key} cannot be {shown(raw, 40)}", hint)
    return number


def _arguments(raw: object, label: str) -> tuple[tuple[str, Argument], ...]:
    if not isinstance(raw, Mapping):
        raise ScaffoldError(f"{label}: kwargs must be a table", 'kwargs = { city = "Oslo" }')
    if len(raw) > _MOST_ARGUMENTS:
        raise ScaffoldError(f"{label}: {len(raw)} kwargs are more than {_MOST_ARGUMENTS}", "send less")
    return tuple((_argument_name(key, label), _argument(value, f"{label}: kwargs.{key}")) for key, value in raw.items())


def _argument_name(key: object, label: str) -> str:
    text = str(key)
    if not _ARGUMENT_NAME.fullmatch(text) or keyword.iskeyword(text):
        raise ScaffoldError(f"{label}: no argument can be called {shown(text, 40)}", "letters, digits and _: city")
    return text


def _argument(value: object, label: str) -> Argument:
    """A value that JSON and TOML hold alike, and that is no template code in the files that are templates."""
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT or not value.isprintable():
            raise ScaffoldError(f"{label} must be one printable line", f"at most {_LONGEST_TEXT} characters")
        if "{{" in value or "{%" in value or "{#" in value:
            raise ScaffoldError(f"{label} contains template code", "write it without {{, {% and {#")
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, int) and abs(value) <= _LARGEST_NUMBER:
        return value
    raise ScaffoldError(f"{label} cannot be {shown(value, 40)}", "text, a number, true or false")


def _plain(text: str) -> Argument:
    """What text on a command line means."""
    if text in ("true", "false"):
        return text == "true"
    if _WHOLE.fullmatch(text):
        return int(text)
    if _FRACTION.fullmatch(text):
        return float(text)
    if text.startswith('"'):
        try:
            return str(json.loads(text))
        except ValueError:
            return text
    return text


def _argument_text(value: Argument) -> str:
    """Text that `_plain` reads back as the value, free of what separates the parts of a SPEC."""
    if isinstance(value, str):
        if _plain(value) == value and not _SEPARATORS.search(value):
            return value
        return _SEPARATORS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
    return json.dumps(value)
