"""What was said: flags, environment, answers file, prompts and defaults, each value with its source."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, cast

from celery_scaffold.errors import ScaffoldError, nearest, shown, shown_path
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS
from celery_scaffold.model.names import package_name
from celery_scaffold.model.project import Project, check_routes, check_scheduled_tasks
from celery_scaffold.options import OPTIONS, option

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from celery_scaffold.model.queues import Queue
    from celery_scaffold.model.schedules import Schedule
    from celery_scaffold.options import Option
    from celery_scaffold.readers import Value

ENVIRONMENT_PREFIX = "CELERY_SCAFFOLD_"
_LARGEST_FILE = 1_000_000


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

    def schedules(self) -> tuple[Schedule, ...]:
        """What runs by itself."""
        return cast("tuple[Schedule, ...]", self.answer("schedules").value)

    def with_answer(self, key: str, raw: object, source: Source) -> Answers:
        """These answers and one more; raises ScaffoldError when the option or the value is unknown."""
        return Answers({**self.given, key: Answer(option(key).read(raw), source)})

    def without_answer(self, key: str) -> Answers:
        """These answers less one."""
        return Answers({name: answer for name, answer in self.given.items() if name != key})

    def missing(self) -> tuple[Option, ...]:
        """The options that would be asked for on a terminal and have not been answered."""
        return tuple(option for option in OPTIONS.values() if option.asked and option.key not in self.given)


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
            raise ScaffoldError(f"--set {shown(pair)} is not KEY=VALUE", "for example --set timezone=Europe/Berlin")
        answers = _once(answers, key.strip(), raw, Source.FLAG, f"{key.strip()!r}")
    return answers


def from_environment(environment: Mapping[str, str] = os.environ) -> Answers:
    """Answers from `CELERY_SCAFFOLD_…` variables; an unknown one is a mistake, not silence."""
    answers = Answers({})
    for name in sorted(environment):
        if not name.startswith(ENVIRONMENT_PREFIX):
            continue
        key = name[len(ENVIRONMENT_PREFIX) :].lower()
        if key not in OPTIONS:
            hint = nearest(key.upper(), [known.upper() for known in OPTIONS], ENVIRONMENT_PREFIX)
            raise ScaffoldError(f"the environment variable {name} is not known", hint)
        answers = _once(answers, key, environment[name], Source.ENVIRONMENT, f"the environment variable {name}")
    return answers


def _once(answers: Answers, key: str, raw: object, source: Source, what: str) -> Answers:
    """One more answer from a source that has not answered the option yet; raises ScaffoldError otherwise."""
    if key in answers.given:
        flag = option(key).flag
        raise ScaffoldError(f"{what} is given twice", f"once, as {flag} or with --set" if flag else "once is enough")
    return answers.with_answer(key, raw, source)


def from_file(path: Path) -> Answers:
    """Answers from a TOML file: the options by name, and `[queues.NAME]` tables."""
    return from_table(toml_of(path), path.name)


def from_table(table: Mapping[str, object], name: str) -> Answers:
    """Answers from what a TOML file of that name holds; its name is said in errors."""
    answers = Answers({})
    for key, raw in table.items():
        try:
            answers = answers.with_answer(key, raw, Source.FILE)
        except ScaffoldError as error:
            raise ScaffoldError(f"{shown_path(Path(name))}: {error.message}", error.hint) from None
    return answers


def merge(*layers: Answers) -> Answers:
    """One set of answers out of several; the earlier layer wins.

    What one source wants to have, a weaker one cannot leave out, and the other way round: `--with ci` wins over a file
    that says `without = ["ci"]`.
    """
    given: dict[str, Answer] = {}
    for layer in reversed(layers):
        given.update(layer.given)
    return Answers({**given, **_settled(given, "with", "without"), **_settled(given, "without", "with")})


def _settled(given: Mapping[str, Answer], key: str, opposite: str) -> dict[str, Answer]:
    """The answer without the components about which a stronger source says the opposite."""
    if key not in given or opposite not in given:
        return {}
    answer, other = given[key], given[opposite]
    strength = list(Source).index
    if strength(answer.source) <= strength(other.source):
        return {}
    kept = tuple(
        word for word in cast("tuple[str, ...]", answer.value) if word not in cast("tuple[str, ...]", other.value)
    )
    return {key: Answer(kept, answer.source)}


def toml_of(path: Path) -> dict[str, object]:
    """What a TOML file holds; raises ScaffoldError where it cannot be read, is too large or no TOML."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScaffoldError(f"cannot read {shown_path(path)}: {reason}", "give the path of an answers file") from None
    return toml_in(raw, path.name)


def toml_in(raw: bytes, name: str) -> dict[str, object]:
    """What the bytes of a TOML file of that name hold; raises ScaffoldError where they are too many or no TOML."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    shown_name = shown_path(Path(name))
    if len(raw) > _LARGEST_FILE:
        raise ScaffoldError(f"{shown_name} is larger than an answers file can be", "at most 1 MB")
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # also of a number with more than 4300 digits
        raise ScaffoldError(f"{shown_name} is not valid TOML: {error}", "mend that line") from None


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
    described = Project(
        name=answers.text("name"),
        package=package_name(answers.text("package")),
        description=answers.text("description"),
        preset=answers.text("preset"),
        added=answers.words("with"),
        left_out=answers.words("without"),
        broker=BROKERS[answers.text("broker")],
        backend=BACKENDS[answers.text("backend")],
        clouds=tuple(CLOUDS[word] for word in answers.words("clouds")),
        queues=answers.queues(),
        default_queue=default_queue,
        timezone=answers.text("timezone"),
        python=answers.text("python"),
        ci=answers.text("ci"),
        max_attempts=answers.number("max_attempts"),
        longest_delay=answers.number("longest_delay_seconds"),
        result_expires=answers.number("result_expires_seconds"),
        schedules=answers.schedules(),
        accepted=tuple((id_, reason) for id_, _, reason in (text.partition("=") for text in answers.words("accepted"))),
        serializer=answers.text("serializer"),
    )
    check_routes(described)
    check_scheduled_tasks(described)
    return described
