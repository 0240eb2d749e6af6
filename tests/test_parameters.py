"""Typer's parameters, read without pydantic."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from celery_scaffold.parameters import Command, Group

PROBE = """
import sys
from celery_scaffold.__main__ import main
main(["new", "shop", "--yes", "--dry-run", "--queue", "mail", "--output-dir", "."])
print("pydantic" in sys.modules)
"""


def test_a_run_does_not_import_pydantic() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("arguments", "values"),
    [
        ([], "None None () . False"),
        (["shop"], "'shop' None () . False"),
        (["shop", "--text", "1"], "'shop' '1' () . False"),
        (["--word", "a", "--word", "b", "--path", "x/y"], "None None ['a', 'b'] x/y False"),
        (["--switch", "shop"], "'shop' None () . True"),
    ],
)
def test_values_are_of_the_declared_types(arguments: list[str], values: str) -> None:
    app = typer.Typer(cls=Group)
    app.command("show", cls=Command)(_show)
    app.command("other")(lambda: None)
    done = CliRunner().invoke(app, ["show", *arguments])
    assert (done.exit_code, done.stdout.strip()) == (0, values), done.output


def _show(
    name: str | None = typer.Argument(None),
    text: str | None = None,
    word: list[str] | None = None,
    path: Path = Path(),
    *,
    switch: bool = typer.Option(False, "--switch"),
) -> None:
    words = list(word) if word else ()
    typer.echo(f"{name!r} {text!r} {words} {path} {switch}")
