"""Typer's commands, reading their parameters without pydantic.

Typer builds a pydantic adapter for every parameter of a command that runs, also for one that was not given; importing
pydantic and building them is a fifth of `celery-scaffold new`. Ours are text, paths and switches, which need none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

# `Optional[…]` is gone from an annotation by the time Typer has made a parameter of it.
# A switch arrives as a boolean, or as None; from an environment variable it would be text, but none has one.
_READERS: dict[object, type] = {str: str, Path: Path, list[str]: list, bool: bool}


class Command(TyperCommand):
    """A command with such parameters."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, `--help` among them."""
        return _without_pydantic(super().get_params(ctx))


class Group(TyperGroup):
    """The program itself, with its `--version` and Typer's completion options."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, `--help` among them."""
        return _without_pydantic(super().get_params(ctx))


class _Plain:
    """Stands in for Typer's `RuntimeParam`, of which only `coerce` is called."""

    def __init__(self, reader: type) -> None:
        self._reader = reader

    def coerce(self, value: Any, param: object, ctx: object) -> Any:  # noqa: ARG002  Typer passes them by name
        return value if value is None else self._reader(value)


def _without_pydantic(parameters: list[Any]) -> list[Any]:
    """Fill the slot in which Typer keeps what it made for a parameter; one that lacks the slot is left to Typer."""
    for parameter in parameters:
        annotation = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
        known = isinstance(parameter, (TyperArgument, TyperOption)) and hasattr(parameter, "_runtime_param")
        if known and annotation in _READERS:
            parameter._runtime_param = _Plain(_READERS[annotation])  # noqa: SLF001  there is no public way
    return parameters
