"""Pristine trees to update from and to: a pool of answers, rendered by the real templates, each once in a process."""

from __future__ import annotations

import random
import tempfile
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold import answers as said
from celery_scaffold import regenerate
from celery_scaffold.answers import Answers
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.files import File, Mode, Tree
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS
from celery_scaffold.plan import Plan, plan

from projects import OPTIONAL

if TYPE_CHECKING:
    import pytest

RELEASES = Path(__file__).resolve().parent.parent / "releases"
POOL = 14
_SEED = 20
_render = regenerate._rendered
_rendered: dict[str, tuple[Tree, bytes]] = {}


@dataclass(frozen=True)
class Origin:
    """What a project was rendered as.

    Attributes:
        version: of the tool.
        tree: the files.
        template: the digest of the templates.
    """

    version: str
    tree: Tree
    template: bytes


def render_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine render each project only once in this process: 500 updates share a few dozen renderings."""
    monkeypatch.setattr(regenerate, "_rendered", rendered)


def rendered(planned: Plan, work: Path | None = None) -> tuple[Tree, bytes]:
    """The pristine tree of a plan, and the digest of its templates."""
    key = repr(planned.project)
    if key not in _rendered:
        with tempfile.TemporaryDirectory() as directory:
            _rendered[key] = _render(planned, Path(directory) / "render")
    return _rendered[key]


@lru_cache
def pool() -> tuple[Answers, ...]:
    """Sets of answers without a name, drawn by a fixed seed."""
    chance = random.Random(_SEED)  # noqa: S311  no secret is made of it
    found: list[Answers] = []
    while len(found) < POOL:
        drawn = _drawn(chance)
        try:
            plan(said.project(_named(drawn)), with_git=False)
        except ScaffoldError:
            continue
        found.append(drawn)
    return tuple(found)


def _drawn(chance: random.Random) -> Answers:
    queues = tuple(chance.sample(["default", "urgent", "reports:concurrency=1", "web-hooks"], k=2))
    flags: dict[str, object] = {
        "broker": chance.choice(sorted(BROKERS)),
        "backend": chance.choice(sorted(BACKENDS)),
        "preset": chance.choice(["minimal", "minimal", "standard", "full"]),
        "clouds": tuple(chance.sample(sorted(CLOUDS), k=chance.randrange(2))),
        "queues": queues,
        "without": tuple(chance.sample(OPTIONAL, k=chance.randrange(2))),
    }
    ci, attempts = chance.choice(["github", "gitlab"]), chance.choice([3, 5])
    return said.from_flags(flags, [f"ci={ci}", f"max_attempts={attempts}", f"default_queue={queues[0].split(':')[0]}"])


def _named(answers: Answers) -> Answers:
    return said.merge(said.from_flags({"name": "shop"}, []), answers)


@lru_cache
def origins() -> tuple[Origin, ...]:
    """What projects of the property test were rendered as: the pool by this version, and what 0.1.0 rendered."""
    from celery_scaffold import __version__

    ours = [rendered(plan(said.project(_named(answers)), with_git=False)) for answers in pool()]
    released = sorted(RELEASES.glob("*/*/base.zip"))
    return (
        *(Origin(__version__, tree, template) for tree, template in ours),
        *(Origin(path.parent.parent.name, _unpacked(path), b"") for path in released),
    )


def _unpacked(path: Path) -> Tree:
    with zipfile.ZipFile(path) as archive:
        return {
            entry.filename: File(
                archive.read(entry), Mode.EXECUTABLE if entry.external_attr >> 16 & 0o100 else Mode.PLAIN
            )
            for entry in archive.infolist()
        }
