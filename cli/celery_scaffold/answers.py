"""What was said: flags, environment, answers file, prompts and defaults, each value with its source.

The options are declared once, in `OPTIONS`; flags, environment variables, the answers file, the prompts and the
reference documentation all read them from here.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Union, cast

from celery_scaffold.components import PRESETS, component_name
from celery_scaffold.errors import ScaffoldError, nearest
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS
from celery_scaffold.model.names import package_name, project_name
from celery_scaffold.model.project import Project
from celery_scaffold.model.queues import DEFAULT_QUEUES, Queue, check_queues, named_queue, parse_queue, with_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

Value = Union[str, int, tuple[str, ...], tuple[Queue, ...]]

ENVIRONMENT_PREFIX = "CELERY_SCAFFOLD_"
_LARGEST_FILE = 1_000_000
_LONGEST_DESCRIPTION = 200
_LONGEST_SHOWN = 60
_ZONE = "an IANA name such as Europe/Berlin"


class Source(str, Enum):
    """Where a value came from; the order is the priority, the first one wins."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    PROMPT = "prompt"
    DEFAULT = "default"


@dataclass(frozen=True)
class Answer:
    """A value and its source."""

    value: Value
    source: Source


@dataclass(frozen=True)
class Option:
    """One thing that can be answered.

    Attributes:
        key: its name in the answers file and for `--set`; upper-cased in the environment.
        flag: its own flag, empty where only `--set` reaches it.
        about: one line for help and reference.
        read: makes the value from text, TOML or JSON; raises ScaffoldError.
        default: the value when nobody said anything, from the other answers.
        asked: whether the wizard asks for it, and a run without a terminal misses it.
    """

    key: str
    flag: str
    about: str
    read: Callable[[object], Value]
    default: Callable[[Answers], Value]
    asked: bool = False


@dataclass(frozen=True)
class Answers:
    """The answers given so far; what is missing has its default."""

    given: Mapping[str, Answer]

    def answer(self, key: str) -> Answer:
        """The value of an option and where it came from."""
        if key in self.given:
            return self.given[key]
        return Answer(OPTIONS[key].default(self), Source.DEFAULT)

    def text(self, key: str) -> str:
        """The value of an option that is text."""
        return cast("str", self.answer(key).value)

    def number(self, key: str) -> int:
        """The value of an option that is a whole number."""
        return cast("int", self.answer(key).value)

    def words(self, key: str) -> tuple[str, ...]:
        """The value of an option that is a list of words."""
        return cast("tuple[str, ...]", self.answer(key).value)

    def queues(self) -> tuple[Queue, ...]:
        """The queues."""
        return cast("tuple[Queue, ...]", self.answer("queues").value)

    def with_answer(self, key: str, raw: object, source: Source) -> Answers:
        """These answers and one more; raises ScaffoldError when the option or the value is unknown."""
        return Answers({**self.given, key: Answer(option(key).read(raw), source)})

    def without_answer(self, key: str) -> Answers:
        """These answers less one."""
        return Answers({name: answer for name, answer in self.given.items() if name != key})

    def missing(self) -> tuple[Option, ...]:
        """The options that would be asked for on a terminal and have not been answered."""
        return tuple(option for option in OPTIONS.values() if option.asked and option.key not in self.given)


# --- reading one value ---------------------------------------------------------------------------------


def _one_of(what: str, known: Iterable[str]) -> Callable[[object], Value]:
    choices = list(known)

    def read(raw: object) -> Value:
        if raw not in choices:
            raise ScaffoldError(f"there is no {what} {_shown(raw)}", nearest(str(raw), choices))
        return str(raw)

    return read


def _several(what: str, known: Iterable[str]) -> Callable[[object], Value]:
    read_one = _one_of(what, known)

    def read(raw: object) -> Value:
        return tuple(dict.fromkeys(str(read_one(word)) for word in _words(raw)))

    return read


def _components(raw: object) -> Value:
    return tuple(dict.fromkeys(component_name(word) for word in _words(raw)))


def _whole(what: str, least: int, most: int) -> Callable[[object], Value]:
    def read(raw: object) -> Value:
        text = str(raw)
        if isinstance(raw, bool) or not (text.isascii() and text.isdigit()) or not least <= int(text[:12]) <= most:
            raise ScaffoldError(f"{what} must be a whole number, not {_shown(raw)}", f"{least} to {most}")
        return int(text)

    return read


def _name(raw: object) -> Value:
    return project_name(str(raw))


def _package(raw: object) -> Value:
    return package_name(str(raw))


def _description(raw: object) -> Value:
    text = str(raw)
    if len(text) > _LONGEST_DESCRIPTION or not text.isprintable():
        raise ScaffoldError("the description must be one printable line", f"at most {_LONGEST_DESCRIPTION} characters")
    if "{{" in text or "{%" in text or "{#" in text:
        raise ScaffoldError("the description contains template code", "write it without {{, {% and {#")
    return text


def _timezone(raw: object) -> Value:
    from zoneinfo import ZoneInfo, available_timezones

    text = str(raw)
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        hint = nearest(text[:_LONGEST_SHOWN], ["UTC", *sorted(available_timezones())])
        raise ScaffoldError(f"there is no time zone {_shown(raw)}", hint if "known" not in hint else _ZONE) from None
    return text


def _queues(raw: object) -> Value:
    """From SPEC text (several joined by blanks or `;`), a list of SPECs, or TOML's table of tables."""
    if isinstance(raw, dict):
        queues = tuple(_queue_from_table(str(name), table) for name, table in raw.items())
    else:
        specs = raw if isinstance(raw, (list, tuple)) else str(raw).replace(";", " ").split()
        queues = tuple(spec if isinstance(spec, Queue) else parse_queue(str(spec)) for spec in specs)
    check_queues(queues)
    return queues


def _queue_from_table(name: str, table: object) -> Queue:
    queue = named_queue(name)
    if not isinstance(table, dict):
        raise ScaffoldError(f"queue {name!r} must be a table", f"[queues.{name}]")
    for key, value in table.items():
        queue = with_value(queue, str(key), value)
    return queue


def _words(raw: object) -> tuple[str, ...]:
    if isinstance(raw, (list, tuple)):
        return tuple(str(word) for word in raw)
    return tuple(str(raw).replace(",", " ").split())


def _shown(raw: object) -> str:
    text = repr(raw)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


# --- the options ---------------------------------------------------------------------------------------


def _default_queue(answers: Answers) -> Value:
    names = [queue.name for queue in answers.queues()]
    return "default" if "default" in names else names[0]


def _no_name(_: Answers) -> Value:
    raise ScaffoldError("the project has no name", "celery-scaffold new NAME")


OPTIONS = {
    option.key: option
    for option in (
        Option("name", "", "directory, distribution and prefix of the queues", _name, _no_name),
        Option(
            "package",
            "",
            "import name of the package",
            _package,
            lambda answers: answers.text("name").replace("-", "_"),
        ),
        Option(
            "description",
            "",
            "one line for pyproject.toml and README",
            _description,
            lambda answers: f"Celery workers of {answers.text('name')}",
        ),
        Option(
            "preset", "--preset", "how much to generate", _one_of("preset", PRESETS), lambda _: "standard", asked=True
        ),
        Option("broker", "--broker", "where tasks wait", _one_of("broker", BROKERS), lambda _: "redis", asked=True),
        Option(
            "backend",
            "--backend",
            "where results are kept",
            _one_of("result backend", BACKENDS),
            lambda _: "redis",
            asked=True,
        ),
        Option("clouds", "--cloud", "where it will run", _several("cloud", CLOUDS), lambda _: ()),
        Option("queues", "--queue", "the queues and their limits", _queues, lambda _: DEFAULT_QUEUES, asked=True),
        Option(
            "default_queue",
            "",
            "the queue of tasks that no route matches",
            lambda raw: named_queue(str(raw)).name,
            _default_queue,
        ),
        Option("with", "--with", "components beyond the preset", _components, lambda _: ()),
        Option("without", "--without", "components of the preset to leave out", _components, lambda _: ()),
        Option("timezone", "", "IANA time zone of crontab entries", _timezone, lambda _: "UTC"),
        Option(
            "python",
            "",
            "Python of the container image",
            _one_of("Python", ("3.10", "3.11", "3.12", "3.13")),
            lambda _: "3.13",
        ),
        Option("ci", "", "which CI the component `ci` is for", _one_of("CI", ("github", "gitlab")), lambda _: "github"),
        Option(
            "max_attempts",
            "",
            "runs of a task before it is given up, the first one included",
            _whole("max_attempts", 1, 20),
            lambda _: 5,
        ),
        Option(
            "longest_delay_seconds",
            "",
            "longest countdown or retry delay in use",
            _whole("longest_delay_seconds", 60, 43_200),
            lambda _: 900,
        ),
        Option(
            "result_expires_seconds",
            "",
            "how long results are kept",
            _whole("result_expires_seconds", 60, 30 * 86_400),
            lambda _: 21_600,
        ),
    )
}


def option(key: str) -> Option:
    """The option of that name; raises ScaffoldError with the nearest one."""
    if key not in OPTIONS:
        raise ScaffoldError(f"there is no setting {_shown(key)}", nearest(key, OPTIONS))
    return OPTIONS[key]


# --- the sources ---------------------------------------------------------------------------------------


def from_flags(flags: Mapping[str, object], pairs: Iterable[str]) -> Answers:
    """Answers from the command line.

    Args:
        flags: option key → value; None, empty lists and empty tuples were not given.
        pairs: the `KEY=VALUE` of every `--set`.
    """
    answers = Answers({})
    for key, raw in flags.items():
        if raw is not None and raw not in ([], ()):
            answers = answers.with_answer(key, raw, Source.FLAG)
    for pair in pairs:
        key, equals, raw = pair.partition("=")
        if not equals:
            raise ScaffoldError(f"--set {_shown(pair)} is not KEY=VALUE", "for example --set timezone=Europe/Berlin")
        answers = answers.with_answer(key.strip(), raw, Source.FLAG)
    return answers


def from_environment(environment: Mapping[str, str] = os.environ) -> Answers:
    """Answers from `CELERY_SCAFFOLD_…` variables; an unknown one is a mistake, not silence."""
    answers = Answers({})
    for name in sorted(environment):
        if not name.startswith(ENVIRONMENT_PREFIX):
            continue
        key = name[len(ENVIRONMENT_PREFIX) :].lower()
        if key not in OPTIONS:
            known = [ENVIRONMENT_PREFIX + known.upper() for known in OPTIONS]
            raise ScaffoldError(f"the environment variable {name} is not known", nearest(name, known))
        answers = answers.with_answer(key, environment[name], Source.ENVIRONMENT)
    return answers


def from_file(path: Path) -> Answers:
    """Answers from a TOML file: the options by name, and `[queues.NAME]` tables."""
    answers = Answers({})
    for key, raw in _toml(path).items():
        try:
            answers = answers.with_answer(key, raw, Source.FILE)
        except ScaffoldError as error:
            raise ScaffoldError(f"{path.name}: {error.message}", error.hint) from None
    return answers


def merge(*layers: Answers) -> Answers:
    """One set of answers out of several; the earlier layer wins."""
    given: dict[str, Answer] = {}
    for layer in reversed(layers):
        given.update(layer.given)
    return Answers(given)


def _toml(path: Path) -> dict[str, object]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST_FILE + 1)
        if len(raw) > _LARGEST_FILE:
            raise ScaffoldError(f"{path.name} is larger than an answers file can be", "at most 1 MB")
        return tomllib.loads(raw.decode())
    except OSError as error:
        raise ScaffoldError(f"cannot read {path}: {error.strerror}", "give the path of an answers file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ScaffoldError(f"{path.name} is not valid TOML: {error}", "mend that line") from None


# --- the project ---------------------------------------------------------------------------------------


def project(answers: Answers) -> Project:
    """The project that the answers describe.

    Raises:
        ScaffoldError: the answers do not fit together.
    """
    default_queue = answers.text("default_queue")
    names = [queue.name for queue in answers.queues()]
    if default_queue not in names:
        raise ScaffoldError(f"default_queue {default_queue!r} is none of the queues", nearest(default_queue, names))
    return Project(
        name=answers.text("name"),
        package=package_name(answers.text("package")),
        description=answers.text("description"),
        preset=answers.text("preset"),
        added=answers.words("with"),
        left_out=answers.words("without"),
        broker=BROKERS[answers.text("broker")],
        backend=BACKENDS[answers.text("backend")],
        clouds=answers.words("clouds"),
        queues=answers.queues(),
        default_queue=default_queue,
        timezone=answers.text("timezone"),
        python=answers.text("python"),
        ci=answers.text("ci"),
        max_attempts=answers.number("max_attempts"),
        longest_delay=answers.number("longest_delay_seconds"),
        result_expires=answers.number("result_expires_seconds"),
    )
