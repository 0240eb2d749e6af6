"""What an update asks of the environment by hand: the variables of `.env.example`, and the dependencies. Pure."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery_scaffold.files import Tree
    from celery_scaffold.model.project import Project


@dataclass(frozen=True)
class Variables:
    """How what has to be set differs between two renderings.

    Attributes:
        prefixes: what the names of the project's own began with, and what they begin with; the same in most updates.
        added: names that are new.
        changed: names of before whose value is another server now.
        dropped: names that nothing reads any more.
    """

    prefixes: tuple[str, str]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    dropped: tuple[str, ...]

    @classmethod
    def between(cls, base: Tree, new: Tree, before: Project, after: Project) -> Variables:
        """Compare the `.env.example` of two pristine trees; names with another prefix are the same variables."""
        prefixes = before.environment_prefix, after.environment_prefix
        old = {_renamed(name, prefixes): value for name, value in variables(_text(base, ".env.example")).items()}
        now = variables(_text(new, ".env.example"))
        return cls(
            prefixes,
            added=tuple(name for name in now if name not in old),
            changed=tuple(name for name in now if name in old and now[name] != old[name]),
            dropped=tuple(name for name in old if name not in now),
        )

    def to_set(self) -> Iterator[str]:
        """What is done first, in the working tree."""
        old, now = self.prefixes
        if old != now:
            yield f"rename the variables {old}… to {now}… in .env and where the project is deployed"
        if self.changed:
            also = f", and {_listed(self.added)}" if self.added else ""
            yield (
                f"delete {_listed(self.changed)} from .env, and run `make env`: it adds the new ones of "
                f".env.example{also}; passwords are random"
            )
        elif self.added:
            yield f"`make env`: it adds {_listed(self.added)} to .env"

    def to_deploy(self) -> Iterator[str]:
        """What is done before the new version is started elsewhere."""
        if self.changed or self.added:
            yield (
                f"set {_listed((*self.changed, *self.added))} for the new version where the project is deployed, and "
                "leave the old version its own"
            )

    def to_drop(self) -> Iterator[str]:
        """What is done last, when the old version is gone."""
        if self.dropped:
            yield f"in the end, take out of .env and of the deployment what nothing reads: {_listed(self.dropped)}"


def variables(example: str) -> dict[str, str]:
    """The variables that an `.env.example` wants to be set, with their example values."""
    pairs = (line.partition("=") for line in example.splitlines() if "=" in line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def dependencies(tree: Tree) -> object:
    """What the lock file of a pristine tree is made from, as its pyproject.toml says it."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    text = _text(tree, "pyproject.toml")
    try:
        table = tomllib.loads(text)
    except ValueError:  # what is left to do by hand is no reason to refuse an update
        return text
    project = table.get("project", {})
    return [project.get(key) for key in ("name", "requires-python", "dependencies")], table.get("dependency-groups")


def _renamed(name: str, prefixes: tuple[str, str]) -> str:
    old, now = prefixes
    return now + name.removeprefix(old) if name.startswith(old) else name


def _listed(names: tuple[str, ...]) -> str:
    """The names, as one says them."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _text(tree: Tree, path: str) -> str:
    file = tree.get(path)
    return file.content.decode() if file else ""
