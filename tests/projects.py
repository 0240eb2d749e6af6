"""The projects that the suite generates: every combination, and the few that are looked at closely."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from celery_scaffold import answers
from celery_scaffold.answers import Answers
from celery_scaffold.components import COMPONENTS
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS


@dataclass(frozen=True)
class Choice:
    """One project: its name, and the flags that make it."""

    name: str
    flags: tuple[tuple[str, str | tuple[str, ...]], ...]

    def answers(self) -> Answers:
        """The answers as the command line would give them."""
        return answers.from_flags({"name": self.name, **dict(self.flags)}, [])


OPTIONAL = tuple(name for name, component in COMPONENTS.items() if not component.required)


def every_combination() -> tuple[Choice, ...]:
    """Broker × backend × every set of optional components × CI provider."""
    choices: list[Choice] = []
    for broker, backend, components in itertools.product(BROKERS, BACKENDS, _subsets(OPTIONAL)):
        for ci in ("github", "gitlab") if "ci" in components else ("github",):
            left_out = tuple(name for name in OPTIONAL if name not in components)
            flags = (("broker", broker), ("backend", backend), ("preset", "full"), ("without", left_out), ("ci", ci))
            choices.append(Choice(f"p{len(choices)}", flags))
    return tuple(choices)


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
)
