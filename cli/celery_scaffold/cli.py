"""The commands: parse → one workflow call → print → exit code. Nothing else."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from celery_scaffold import __version__, addition_commands, answers, catalogue, console, existing_commands
from celery_scaffold.errors import DONE
from celery_scaffold.options import OPTIONS
from celery_scaffold.parameters import Command, Group

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typer.models import CommandInfo

    from celery_scaffold.plan import Json as JsonValue

app = typer.Typer(
    name="celery-scaffold",
    help="From a few answers to a Celery project that runs in production.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    cls=Group,
)

Name = Annotated[Optional[str], typer.Argument(metavar="NAME", help="Directory, distribution and queue prefix.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Take the default for whatever is not given.")]
Preset = Annotated[Optional[str], typer.Option(metavar="minimal|standard|full", help="How much to generate.")]
Broker = Annotated[Optional[str], typer.Option(metavar="KIND", help="Where tasks wait; see `brokers`.")]
Backend = Annotated[Optional[str], typer.Option(metavar="KIND", help="Where results are kept; see `backends`.")]
Cloud = Annotated[Optional[list[str]], typer.Option(metavar="aws|gcp|azure", help="Where it will run; repeatable.")]
QueueSpec = Annotated[
    Optional[list[str]],
    typer.Option(
        metavar="SPEC",
        help="NAME[:max_task_seconds=…,concurrency=…,pool=…,priority=…,rate_limit=…,routes=…]; repeatable.",
    ),
]
With = Annotated[Optional[list[str]], typer.Option("--with", metavar="COMPONENT", help="Add a component; repeatable.")]
Without = Annotated[
    Optional[list[str]],
    typer.Option("--without", metavar="COMPONENT", help="Leave a component out; repeatable."),
]
Set = Annotated[
    Optional[list[str]], typer.Option("--set", metavar="KEY=VALUE", help="One of the settings below; repeatable.")
]
AnswersFile = Annotated[Optional[Path], typer.Option("--answers", metavar="FILE", help="A TOML file with answers.")]
OutputDir = Annotated[Path, typer.Option(metavar="DIR", help="Where the project's directory is made.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be made, write nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Facts as JSON on stdout.")]
Compare = Annotated[bool, typer.Option("--compare", help="What each can do, side by side.")]
NoGit = Annotated[bool, typer.Option("--no-git", help="Do not make a git repository.")]

# option key → parameter of a command
_PARAMETERS = {
    "name": "name",
    "preset": "preset",
    "broker": "broker",
    "backend": "backend",
    "clouds": "cloud",
    "queues": "queue",
    "with": "with_",
    "without": "without",
}


class SettingsCommand(Command):
    """A command whose help lists what only `--set`, a variable or the answers file can say."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  Typer passes it
        """Key, meaning and default of each; called by Typer's help."""
        named = answers.Answers({"name": answers.Answer("NAME", answers.Source.DEFAULT)})
        rows = [
            (option.key, f"{option.about}  [default: {option.default(named)}]")
            for option in OPTIONS.values()
            if not option.flag and option.key != "name"
        ]
        with formatter.section("Settings, for --set KEY=VALUE, CELERY_SCAFFOLD_KEY and the answers file"):
            formatter.write_dl(rows)


class AnswersCommand(Command):
    """A command whose help lists the answers that a project has, each of which `--set` changes."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  Typer passes it
        """Key and meaning of each; called by Typer's help."""
        with formatter.section("Answers, for --set KEY=VALUE; what is not given stays as celery-scaffold.toml says"):
            formatter.write_dl([(option.key, option.about) for option in OPTIONS.values()])


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"celery-scaffold {__version__}")
        raise typer.Exit(DONE)


@app.callback()
def root(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """From a few answers to a Celery project that runs in production."""


@app.command(cls=SettingsCommand)
def new(
    ctx: typer.Context,
    name: Name = None,
    *,
    yes: Yes = False,
    preset: Preset = None,
    broker: Broker = None,
    backend: Backend = None,
    cloud: Cloud = None,
    queue: QueueSpec = None,
    with_: With = None,
    without: Without = None,
    set_: Set = None,
    answers_file: AnswersFile = None,
    output_dir: OutputDir = Path(),
    dry_run: DryRun = False,
    json: Json = False,
    no_git: NoGit = False,
) -> None:
    """Make a new project."""
    from celery_scaffold import workflows
    from celery_scaffold.files import absolute

    flags = _flags(ctx.params)
    switches = _switches(ctx.params)
    given = _answers(flags, set_, answers_file, yes=yes, output_dir=output_dir, switches=switches)
    progress = (lambda _: None) if json else console.progress
    result = workflows.new(given, absolute(output_dir), with_git=not no_git, dry_run=dry_run, progress=progress)
    if json:
        console.created_facts(result, given)
    else:
        console.created(result)


@app.command("export-template", cls=SettingsCommand)
def export_template(
    ctx: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where the template is written; must not exist.")],
    name: Annotated[Optional[str], typer.Option(metavar="NAME", help="Name of the project.")] = None,
    *,
    preset: Preset = None,
    broker: Broker = None,
    backend: Backend = None,
    cloud: Cloud = None,
    queue: QueueSpec = None,
    with_: With = None,
    without: Without = None,
    set_: Set = None,
    answers_file: AnswersFile = None,
    json: Json = False,
) -> None:
    """Write the staged cookiecutter template for these answers."""
    from celery_scaffold import workflows
    from celery_scaffold.files import absolute

    flags = _flags(ctx.params)
    given = _answers(flags, set_, answers_file, yes=True, output_dir=Path())
    if "name" not in given.given:
        given = given.with_answer("name", "myproj", answers.Source.DEFAULT)
    exported = workflows.export_template(given, absolute(directory))
    if json:
        console.exported_facts(exported, directory, given)
    else:
        console.exported(exported, directory)


app.command(cls=AnswersCommand)(existing_commands.update)
app.add_typer(addition_commands.add, name="add")
app.add_typer(addition_commands.remove, name="remove")
app.command(cls=Command)(existing_commands.diff)
app.command(cls=Command)(existing_commands.check)


@app.command(cls=Command)
def components(*, json: Json = False) -> None:
    """What a project can consist of."""
    _catalogue(catalogue.component_rows, catalogue.component_facts, json=json)


@app.command(cls=Command)
def brokers(*, compare: Compare = False, json: Json = False) -> None:
    """Where tasks can wait."""
    if compare:
        _catalogue(catalogue.broker_matrix, catalogue.broker_matrix_facts, json=json)
    else:
        _catalogue(catalogue.broker_rows, catalogue.broker_facts, json=json)


@app.command(cls=Command)
def backends(*, compare: Compare = False, json: Json = False) -> None:
    """Where results can be kept."""
    if compare:
        _catalogue(catalogue.backend_matrix, catalogue.backend_matrix_facts, json=json)
    else:
        _catalogue(catalogue.backend_rows, catalogue.backend_facts, json=json)


@app.command(cls=Command)
def explain(
    word: Annotated[
        Optional[str],
        typer.Argument(
            metavar="WORD", help="A broker, backend, cloud, rule or setting, or BROKER+BACKEND; all without one."
        ),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """What is known about a word, and where it was measured or read."""
    from celery_scaffold.explain import explain, overview
    from celery_scaffold.page_text import page_facts, page_lines

    page = explain(word) if word else overview()
    if json:
        console.facts(page_facts(page))
    else:
        console.page(page_lines(page, console.columns()))


def app_of(word: str) -> typer.Typer:
    """The program with the one command of this name, or with all of them where none is called so.

    Typer reads the signatures of all that it is given, which was a tenth of `check`.
    """
    alone = copy.copy(app)
    alone.registered_commands = [command for command in app.registered_commands if _name_of(command) == word]
    alone.registered_groups = [group for group in app.registered_groups if group.name == word]
    return alone if alone.registered_commands or alone.registered_groups else app


def _name_of(command: CommandInfo) -> str:
    return command.name or (command.callback.__name__ if command.callback else "")


def _catalogue(
    rows: Callable[[], list[dict[str, str]]],
    facts: Callable[[], list[JsonValue]],
    *,
    json: bool,
) -> None:
    if json:
        console.facts(facts())
    else:
        shown = rows()
        console.table(list(shown[0]), [list(row.values()) for row in shown])


def _flags(parameters: Mapping[str, object]) -> dict[str, object]:
    """The parameters of a command that answer an option, by the option's key."""
    return {key: parameters[parameter] for key, parameter in _PARAMETERS.items()}


def _switches(parameters: Mapping[str, object]) -> tuple[str, ...]:
    """The flags without a value that the run had; what resumes it must repeat them."""
    return tuple(f"--{name.replace('_', '-')}" for name in ("dry_run", "json", "no_git") if parameters[name])


def _answers(
    flags: dict[str, object],
    pairs: list[str] | None,
    file: Path | None,
    *,
    yes: bool,
    output_dir: Path,
    switches: tuple[str, ...] = (),
) -> answers.Answers:
    """All that was said, in the order of priority; on a terminal the rest is asked for."""
    from celery_scaffold import prompts, workflows

    layers = [answers.from_flags(flags, pairs or []), answers.from_environment()]
    if file is not None:
        layers.append(answers.from_file(file))
    given = answers.merge(*layers)
    if yes:
        return given
    if prompts.can_ask():
        return prompts.ask(given, output_dir, switches)
    workflows.require_answers(given)
    return given
