"""The projects that are installed, type-checked and tested as projects: a sample of a pairwise array."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import covertable

from celery_scaffold import answers
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS
from celery_scaffold.model.serializers import SERIALIZER_EXTRAS
from celery_scaffold.plan import plan

from projects import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Another seed is another array and another sample; no run differs from the one before.
SEED = "celery-scaffold"
# What CI has time for: a project takes half a minute of a core. SCAFFOLD_PROJECTS=every takes the whole array.
SAMPLE_SIZE = 15
# The first value of each also fills the rows that need none for a pair.
FACTORS: Mapping[str, Sequence[str]] = {
    "broker": list(BROKERS),
    "backend": list(BACKENDS),
    "preset": ["full", "standard", "minimal"],
    "beat": ["with", "without"],
    "clouds": ["", *CLOUDS, " ".join(CLOUDS)],
    "serializer": list(SERIALIZER_EXTRAS),
    "ci": ["github", "gitlab"],
    "queues": ["", "default", "default web-hooks:pool=threads,rate_limit=10/s"],
    "name": ["shop", "a-name-of-forty-characters-in-all-x12345"],
    "python": ["3.13", "3.10"],
}


@dataclass(frozen=True)
class Row:
    """One project of the array: a value for each factor."""

    values: tuple[tuple[str, str], ...]

    def __getitem__(self, factor: str) -> str:
        """The value of a factor."""
        return dict(self.values)[factor]

    def __str__(self) -> str:
        """What the test is called."""
        return "-".join(self[factor] for factor in ("broker", "backend", "preset", "serializer", "python"))

    @property
    def flags(self) -> tuple[str, ...]:
        """The answers, as `celery-scaffold new` takes them behind the name."""
        clouds = [word for cloud in self["clouds"].split() for word in ("--cloud", cloud)]
        queues = [word for queue in self["queues"].split() for word in ("--queue", queue)]
        given = [word for factor in ("broker", "backend", "preset") for word in (f"--{factor}", self[factor])]
        settings = [word for factor in ("serializer", "ci") for word in ("--set", f"{factor}={self[factor]}")]
        return (*given, f"--{self['beat']}", "beat", *clouds, *queues, *settings)


def array() -> tuple[Row, ...]:
    """A pairwise array: each value of each factor occurs with each value of each other, where that is valid."""
    valid = {pair for pair, refusal in refusals().items() if not refusal}
    known = {
        "operator": "fn",
        "requires": ["broker", "backend"],
        "evaluate": lambda row: (row["broker"], row["backend"]) in valid,
    }
    named = {
        "operator": "fn",
        "requires": ["broker", "name", "queues"],
        "evaluate": lambda row: _takes_names(row["broker"], row["name"], row["queues"]),
    }
    rows = covertable.make(dict(FACTORS), salt=SEED, constraints=[known, named])
    return tuple(sorted((Row(tuple((factor, row[factor]) for factor in FACTORS)) for row in rows), key=str))


@lru_cache
def _takes_names(broker: str, name: str, queues: str) -> bool:
    """Whether the names of queues, with the project's in front, are short enough for the broker."""
    given: dict[str, object] = {"name": name, "broker": broker, "backend": "none", "queues": queues.split()}
    try:
        plan(answers.project(answers.from_flags(given, [])))
    except ScaffoldError:
        return False
    return True


def sample(rows: Sequence[Row], size: int) -> tuple[Row, ...]:
    """So many rows by the seed, each value of each factor among them.

    Raises:
        AssertionError: the size does not suffice for that.
    """
    left, chosen = list(rows), list[Row]()
    random.Random(SEED).shuffle(left)  # noqa: S311  no secret
    missing = {(factor, value) for factor, values in FACTORS.items() for value in values}
    while len(chosen) < size and left:
        best = max(left, key=lambda row: len(missing.intersection(row.values)))
        chosen.append(best)
        left.remove(best)
        missing.difference_update(best.values)
    if missing:
        raise AssertionError(f"{size} projects are too few for {sorted(missing)}")
    return tuple(sorted(chosen, key=str))


def tested() -> tuple[Row, ...]:
    """The projects of this run."""
    rows = array()
    return rows if os.environ.get("SCAFFOLD_PROJECTS") == "every" else sample(rows, SAMPLE_SIZE)
