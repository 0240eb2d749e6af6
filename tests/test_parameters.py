"""What Typer reads of the commands: parameters without pydantic, and only those of the command that runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_group
from typer.testing import CliRunner

from celery_scaffold.cli import app, app_of
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


ALL = (
    "new",
    "export-template",
    "update",
    "diff",
    "check",
    "components",
    "brokers",
    "backends",
    "explain",
    "add",
    "remove",
)


@pytest.mark.parametrize("name", ALL)
def test_a_command_on_its_own_is_what_it_is_among_all(name: str) -> None:
    alone = app_of(name)
    assert [*get_group(alone).commands] == [name]
    shown = [CliRunner().invoke(program, [name, "--help"]).stdout for program in (alone, app)]
    assert shown[0] == shown[1] != ""


@pytest.mark.parametrize("word", ["", "--help", "--version", "nwe", "ADD"])
def test_a_word_that_is_no_command_leaves_all_to_choose_from(word: str) -> None:
    assert {*get_group(app_of(word)).commands} == {*ALL}


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
