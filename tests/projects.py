"""The projects that the suite generates: every combination, and the few that are looked at closely."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

from celery_scaffold import answers
from celery_scaffold.components import COMPONENTS, PRESETS
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS
from celery_scaffold.model.serializers import AUTH, MSGPACK
from celery_scaffold.plan import plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from celery_scaffold.answers import Answers
    from celery_scaffold.model.project import Project

Flags = tuple[tuple[str, Union[str, tuple[str, ...]]], ...]


@dataclass(frozen=True)
class Choice:
    """One project: what it is called here, and the flags that make it.

    Attributes:
        name: the project's too, unless the flags name it.
        flags: option and value.
    """

    name: str
    flags: Flags

    def answers(self) -> Answers:
        """The answers as the command line would give them."""
        return answers.from_flags({"name": self.name, **dict(self.flags)}, [])

    def output(self, trees: Path) -> Path:
        """The directory that it is made in: one of its own where others have its name."""
        return trees / self.name if "name" in dict(self.flags) else trees

    def root(self, trees: Path) -> Path:
        """The root of the project."""
        return self.output(trees) / str(dict(self.flags).get("name", self.name))

    def project(self) -> Project:
        """The same as a value."""
        return answers.project(self.answers())


OPTIONAL = tuple(name for name, component in COMPONENTS.items() if not component.required)


# Every set of components with these; with all pairs every preset, with and without beat.
_EVERY_SET = tuple(itertools.product(("redis", "rabbitmq"), ("redis", "postgresql", "rpc", "none")))
# A serializer changes files of the base and of compose, and little that differs by server: every preset with each of
# the two that are not the default, on one pair for each kind of beat and of results.
_WITH_SERIALIZERS = (("redis", "redis"), ("rabbitmq", "postgresql"), ("rabbitmq", "rpc"), ("sqs", "azureblockblob"))
RULE = re.compile(r"\b[RS]\d\d\b")


def refusals() -> dict[tuple[str, str], str]:
    """Why a broker cannot be had with a backend, for each pair; nothing where it can."""
    return {pair: _refusal(*pair) for pair in itertools.product(BROKERS, BACKENDS)}


def _refusal(broker: str, backend: str) -> str:
    try:
        plan(Choice("p0", (("broker", broker), ("backend", backend))).project())
    except ScaffoldError as error:
        return str(error)
    return ""


def every_combination() -> tuple[Choice, ...]:
    """Every valid pair of broker and backend, with sets of components.

    All have one name: what is the same in two of them is compiled, parsed and judged once.
    """
    flags = (
        (("name", "shop"), ("broker", broker), ("backend", backend), *others)
        for (broker, backend), refusal in refusals().items()
        if not refusal
        for others in (
            *(_sets() if (broker, backend) in _EVERY_SET else ()),
            *_presets(),
            *(_serializers() if (broker, backend) in _WITH_SERIALIZERS else ()),
        )
    )
    return tuple(Choice(f"p{number}", given) for number, given in enumerate(flags))


def _sets() -> Iterator[Flags]:
    """Every set of optional components without identity, DNS and TLS, those with CI for each provider."""
    for components in _subsets(tuple(name for name in OPTIONAL if name not in ("identity", "srv", "tls"))):
        left_out = tuple(name for name in OPTIONAL if name not in components)
        for ci in ("github", "gitlab") if "ci" in components else ("github",):
            yield (("preset", "full"), ("without", left_out), ("ci", ci))


def _presets() -> Iterator[Flags]:
    """Every preset, with beat and without; clouds and providers of CI in turn."""
    clouds = itertools.cycle([(), *((cloud,) for cloud in CLOUDS), tuple(CLOUDS)])
    providers = itertools.cycle(("github", "gitlab", "gitlab"))
    for preset, beat in itertools.product(PRESETS, ("with", "without")):
        yield (("preset", preset), (beat, ("beat",)), ("ci", next(providers)), ("clouds", next(clouds)))


def _serializers() -> Iterator[Flags]:
    """Every preset with each serializer but json, which all others have."""
    for serializer, preset in itertools.product((MSGPACK, AUTH), PRESETS):
        yield (("preset", preset), ("serializer", serializer))


def _subsets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [subset for size in range(len(names) + 1) for subset in itertools.combinations(names, size)]


GOLDEN = (
    Choice(
        "minimal-redis", (("preset", "minimal"), ("broker", "redis"), ("backend", "none"), ("queues", ("default",)))
    ),
    Choice("standard-rabbitmq", (("preset", "standard"), ("broker", "rabbitmq"), ("backend", "postgresql"))),
    Choice(
        "full-redis",
        (
            ("preset", "full"),
            ("broker", "redis"),
            ("backend", "redis"),
            (
                "queues",
                ("default", "reports:max_task_seconds=3600,concurrency=1", "web-hooks:pool=threads,rate_limit=100/m"),
            ),
            ("ci", "gitlab"),
            ("timezone", "Europe/Berlin"),
        ),
    ),
    # Tasks in one cloud, results in another, and bytes in both.
    Choice(
        "standard-sqs",
        (
            ("preset", "standard"),
            ("broker", "sqs"),
            ("backend", "azureblockblob"),
            ("clouds", ("aws", "azure")),
            ("serializer", "msgpack"),
        ),
    ),
)
