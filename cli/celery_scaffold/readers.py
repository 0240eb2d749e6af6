"""Makes a value of what was said: text from flags, variables and prompts, or what TOML holds."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Union

from celery_scaffold.components import component_name
from celery_scaffold.errors import BUG, ScaffoldError, nearest, shown
from celery_scaffold.model.names import package_name, project_name
from celery_scaffold.model.queues import Queue, check_queues, named_queue, parse_queue, with_value
from celery_scaffold.model.schedules import Schedule, check_schedules, parse_schedule, schedule
from celery_scaffold.model.serializers import SERIALIZER_EXTRAS, refuse_dangerous
from celery_scaffold.model.values import text_of, whole_number, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Value = Union[str, int, tuple[str, ...], tuple[Queue, ...], tuple[Schedule, ...]]

_LONGEST_LINE = 200
_ACCEPTED = '[accepted] with R37 = "our calls have timeouts", or R37=our calls have timeouts'
_ZONE = "an IANA name such as Europe/Berlin"


def one_of(key: str, what: str, known: Iterable[str]) -> Callable[[object], Value]:
    """Reads one of a few words; `what` is what people call them."""
    choices = list(known)

    def read(raw: object) -> Value:
        text = text_of(raw, key, f"in quotation marks, one of: {', '.join(choices)}")
        if text not in choices:
            raise ScaffoldError(f"there is no {what} {shown(text)}", nearest(text, choices))
        return text

    return read


def kind(key: str, what: str, known: Iterable[str]) -> Callable[[object], Value]:
    """Reads the kind of a broker or backend; one that Celery knows and we do not offer is refused by its name."""
    read_one = one_of(key, what, known)
    offered = frozenset(known)

    def read(raw: object) -> Value:
        if isinstance(raw, str) and raw not in offered:
            from celery_scaffold.model.refused import refuse

            refuse(key, raw)
        return read_one(raw)

    return read


def serializer(raw: object) -> Value:
    """How messages are written; raises ScaffoldError with rule R23 for what would run code."""
    if isinstance(raw, str):
        refuse_dangerous(raw)
    return one_of("serializer", "serializer", SERIALIZER_EXTRAS)(raw)


def several(key: str, what: str, known: Iterable[str]) -> Callable[[object], Value]:
    """Reads any number of a few words, each once."""
    read_one = one_of(key, what, known)

    def read(raw: object) -> Value:
        return tuple(dict.fromkeys(str(read_one(word)) for word in words_of(raw, key)))

    return read


def components(key: str) -> Callable[[object], Value]:
    """Reads names of components, each once."""

    def read(raw: object) -> Value:
        return tuple(dict.fromkeys(component_name(word) for word in words_of(raw, key)))

    return read


def whole(key: str, least: int, most: int) -> Callable[[object], Value]:
    """Reads a whole number of that range."""
    return lambda raw: whole_number(raw, key, least, most)


def name(raw: object) -> Value:
    """The name of the project."""
    return project_name(text_of(raw, "name"))


def package(raw: object) -> Value:
    """The import name of the package."""
    return package_name(text_of(raw, "package"))


def description(raw: object) -> Value:
    """One line without template code."""
    return _one_line(text_of(raw, "description"), "the description")


def _one_line(text: str, what: str) -> str:
    """Text without template code: it is rendered into files that are templates themselves."""
    if len(text) > _LONGEST_LINE or not text.isprintable():
        raise ScaffoldError(f"{what} must be one printable line", f"at most {_LONGEST_LINE} characters")
    if "{{" in text or "{%" in text or "{#" in text:
        raise ScaffoldError(f"{what} contains template code", "write it without {{, {% and {#")
    return text


def timezone(raw: object) -> Value:
    """A zone of the package tzdata, which every project installs.

    What a system has beyond it (localtime, posixrules, right/…) need not be there where the project runs.
    """
    text = text_of(raw, "timezone")
    zones = _zones()
    if text not in zones:
        hint = nearest(text, sorted(zones))
        raise ScaffoldError(f"there is no time zone {shown(text)}", hint if "known" not in hint else _ZONE)
    return text


@lru_cache
def _zones() -> tuple[str, ...]:
    """The names in tzdata, which is found without what `importlib.resources` imports."""
    package = find_spec("tzdata")
    if package is None or package.origin is None:
        raise ScaffoldError("the package tzdata is missing from this installation", "reinstall celery-scaffold", BUG)
    return tuple(Path(package.origin).with_name("zones").read_text(encoding="utf-8").split())


def queue(raw: object) -> Value:
    """The name of a queue."""
    return named_queue(text_of(raw, "default_queue")).name


def queues(raw: object) -> Value:
    """From SPEC text (several joined by blanks or `;`), a list of SPECs, or TOML's table of tables."""
    if isinstance(raw, dict):
        read = tuple(_queue_from_table(str(key), table) for key, table in raw.items())
    elif isinstance(raw, (list, tuple)):
        read = tuple(part if isinstance(part, Queue) else parse_queue(text_of(part, "each of queues")) for part in raw)
    else:
        hint = "[queues.NAME], or text: NAME:key=value"
        read = tuple(parse_queue(spec) for spec in text_of(raw, "queues", hint).replace(";", " ").split())
    check_queues(read)
    return read


def _queue_from_table(key: str, table: object) -> Queue:
    read = named_queue(key)
    if not isinstance(table, dict):
        raise ScaffoldError(f"queue {key!r} must be a table", f"[queues.{key}]")
    for field, value in table.items():
        read = with_value(read, str(field), value)
    return read


def schedules(raw: object) -> Value:
    """From SPEC text (several joined by blanks or `;`), a list of SPECs, or TOML's table of tables."""
    if isinstance(raw, dict):
        read = tuple(_schedule_from_table(str(key), table) for key, table in raw.items())
    elif isinstance(raw, (list, tuple)):
        what = "each of schedules"
        read = tuple(part if isinstance(part, Schedule) else parse_schedule(text_of(part, what)) for part in raw)
    else:
        hint = "[schedules.NAME], or text: NAME:key=value"
        read = tuple(parse_schedule(spec) for spec in text_of(raw, "schedules", hint).replace(";", " ").split())
    check_schedules(read)
    return read


def _schedule_from_table(key: str, table: object) -> Schedule:
    if not isinstance(table, dict):
        raise ScaffoldError(f"schedule {key!r} must be a table", f"[schedules.{key}]")
    return schedule(key, table)


def accepted(raw: object) -> Value:
    """Warnings with the reason why they are accepted: `ID=reason` (several joined by `;`), or TOML's table of them."""
    if isinstance(raw, dict):
        pairs = [(str(key), value) for key, value in raw.items()]
    else:
        texts = list(raw) if isinstance(raw, (list, tuple)) else text_of(raw, "accepted", _ACCEPTED).split(";")
        pairs = [_pair(text_of(text, "each of accepted", _ACCEPTED)) for text in texts]
    read = tuple(f"{_warning(id_)}={_reason(id_, reason)}" for id_, reason in pairs if id_ or reason)
    if len({text.partition("=")[0] for text in read}) < len(read):
        raise ScaffoldError("a rule is accepted twice", "once is enough")
    return read


def _pair(text: str) -> tuple[str, object]:
    id_, _, reason = text.partition("=")
    return id_.strip(), reason.strip()


def _warning(id_: str) -> str:
    """The id of a rule that can be accepted; raises ScaffoldError otherwise."""
    from celery_scaffold.model.rules import refuse_acceptance

    refuse_acceptance(id_)
    return id_


def _reason(id_: str, raw: object) -> str:
    text = text_of(raw, f"the reason of accepted {id_}", _ACCEPTED).strip()
    if not text or ";" in text:
        wrong = "with a ';' in its reason" if text else "without a reason"
        raise ScaffoldError(f"the rule {id_} is accepted {wrong}", _ACCEPTED)
    return _one_line(text, f"the reason of accepted {id_}")
