"""What can be answered, each option declared once.

Flags, environment variables, the answers file, the prompts and the reference documentation all read them from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from celery_scaffold import readers
from celery_scaffold.components import PRESETS
from celery_scaffold.errors import ScaffoldError, nearest, shown
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS, homes
from celery_scaffold.model.queues import DEFAULT_QUEUES
from celery_scaffold.model.serializers import JSON

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery_scaffold.model.queues import Queue
    from celery_scaffold.readers import Value


class Known(Protocol):
    """What a default may follow from: the answers to other options."""

    def text(self, key: str) -> str:
        """The value of an option that is text."""

    def queues(self) -> tuple[Queue, ...]:
        """The queues."""


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
    default: Callable[[Known], Value]
    asked: bool = False


def _default_queue(answers: Known) -> Value:
    names = [queue.name for queue in answers.queues()]
    return "default" if "default" in names else names[0]


def _no_name(_: Known) -> Value:
    raise ScaffoldError("the project has no name", "celery-scaffold new NAME")


OPTIONS = {
    option.key: option
    for option in (
        Option("name", "", "directory, distribution and prefix of the queues", readers.name, _no_name),
        Option(
            "package",
            "",
            "import name of the package",
            readers.package,
            lambda answers: answers.text("name").replace("-", "_"),
        ),
        Option(
            "description",
            "",
            "one line for pyproject.toml and README",
            readers.description,
            lambda answers: f"Celery workers of {answers.text('name')}",
        ),
        Option(
            "preset",
            "--preset",
            "how much to generate",
            readers.one_of("preset", "preset", PRESETS),
            lambda _: "standard",
            asked=True,
        ),
        Option(
            "broker",
            "--broker",
            "where tasks wait",
            readers.kind("broker", "broker", BROKERS),
            lambda _: "redis",
            asked=True,
        ),
        Option(
            "backend",
            "--backend",
            "where results are kept",
            readers.kind("backend", "result backend", BACKENDS),
            lambda _: "redis",
            asked=True,
        ),
        Option(
            "clouds",
            "--cloud",
            "where it will run",
            readers.several("clouds", "cloud", CLOUDS),
            lambda answers: homes(answers.text("broker"), answers.text("backend")),
        ),
        Option(
            "queues", "--queue", "the queues and their limits", readers.queues, lambda _: DEFAULT_QUEUES, asked=True
        ),
        Option(
            "default_queue",
            "",
            "the queue of tasks that no route matches",
            readers.queue,
            _default_queue,
        ),
        Option("with", "--with", "components beyond the preset", readers.components("with"), lambda _: ()),
        Option(
            "without", "--without", "components of the preset to leave out", readers.components("without"), lambda _: ()
        ),
        Option("timezone", "", "IANA time zone of crontab entries", readers.timezone, lambda _: "UTC"),
        Option(
            "python",
            "",
            "Python of the container image, 3.10 to 3.13",
            readers.one_of("python", "Python", ("3.10", "3.11", "3.12", "3.13")),
            lambda _: "3.13",
        ),
        Option(
            "ci",
            "",
            "which CI the component `ci` is for, github or gitlab",
            readers.one_of("ci", "CI", ("github", "gitlab")),
            lambda _: "github",
        ),
        Option(
            "max_attempts",
            "",
            "runs of a task before it is given up, the first one included; 1 to 20",
            readers.whole("max_attempts", 1, 20),
            lambda _: 5,
        ),
        Option(
            "longest_delay_seconds",
            "",
            "longest countdown or retry delay in use, 60 to 43200",
            readers.whole("longest_delay_seconds", 60, 43_200),
            lambda _: 900,
        ),
        Option(
            "result_expires_seconds",
            "",
            "how long results are kept, 60 to 2592000",
            readers.whole("result_expires_seconds", 60, 30 * 86_400),
            lambda _: 21_600,
        ),
        Option(
            "serializer",
            "",
            "how messages are written: json, msgpack (bytes as they are), or auth (JSON, signed)",
            readers.serializer,
            lambda _: JSON,
        ),
        Option("schedules", "", "what beat sends, and when", readers.schedules, lambda _: ()),
        Option("accepted", "", "accepted warnings and why: R37=reason", readers.accepted, lambda _: ()),
    )
}


def option(key: str) -> Option:
    """The option of that name; raises ScaffoldError with the nearest one."""
    if key not in OPTIONS:
        raise ScaffoldError(f"there is no setting {shown(key)}", nearest(key, OPTIONS))
    return OPTIONS[key]
