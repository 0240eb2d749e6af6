"""`add` and `remove`: parse → one workflow call → print → exit code. Nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from celery_scaffold import console
from celery_scaffold.errors import DONE
from celery_scaffold.existing_commands import DryRun, Json, changed
from celery_scaffold.parameters import Command, Group

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery_scaffold.answers import Answers

add = typer.Typer(cls=Group, help="Add a queue, task, schedule, component or cloud to this project.")
remove = typer.Typer(cls=Group, help="Remove a queue, component or cloud from this project.")

QueueSpec = Annotated[
    str,
    typer.Argument(
        metavar="NAME[:key=value,…]",
        help="Keys: max_task_seconds, concurrency, pool, priority, rate_limit, routes (several joined by +).",
    ),
]
QueueName = Annotated[str, typer.Argument(metavar="NAME", help="The queue.")]
ComponentName = Annotated[str, typer.Argument(metavar="COMPONENT", help="The component; see `components`.")]
CloudName = Annotated[str, typer.Argument(metavar="aws|gcp|azure", help="The cloud.")]


def _apply(change: Callable[[Answers], Answers], *, dry_run: bool, json: bool) -> int:
    """An addition changes what was asked for and nothing else, so the templates have to be the same."""
    from celery_scaffold.regenerate import Manner

    return changed(change, Manner(dry_run=dry_run, same_templates=True), json=json)


@add.command("queue", cls=Command)
def add_queue(spec: QueueSpec, *, dry_run: DryRun = False, json: Json = False) -> int:
    """A queue with its worker, its task module and its tests."""
    from celery_scaffold import edits

    return _apply(lambda said: edits.with_queue(said, spec), dry_run=dry_run, json=json)


@add.command("task", cls=Command)
def add_task(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The function, for example send_invoice.")],
    *,
    queue: Annotated[str, typer.Option("--queue", metavar="QUEUE", help="The queue that it waits in.")],
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """A task in a file of its own, and its test; both are yours from then on."""
    from celery_scaffold import additions

    result = additions.add_task(Path(), name, queue, dry_run=dry_run)
    if json:
        console.facts({"project": str(result.root), "written": result.written, "files": list(result.paths)})
    else:
        console.task_added(result)
    return DONE


@add.command("schedule", cls=Command)
def add_schedule(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name by which beat remembers it.")],
    *,
    task: Annotated[str, typer.Option("--task", metavar="TASK", help="Its full name, or QUEUE.FUNCTION.")],
    every: Annotated[str, typer.Option(metavar="10m|2h|1d", help="A rhythm that ignores clocks.")] = "",
    crontab: Annotated[
        str, typer.Option(metavar="'M H D MON DOW'", help="A time of day, in the project's time zone.")
    ] = "",
    kwarg: Annotated[
        Optional[list[str]], typer.Option("--kwarg", metavar="KEY=VALUE", help="An argument; repeatable.")
    ] = None,
    expires: Annotated[str, typer.Option(metavar="5m", help="After that, a run that nobody took is dropped.")] = "",
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """A task that beat sends by itself."""
    from celery_scaffold import edits
    from celery_scaffold.model.schedules import schedule_from_flags

    entry = schedule_from_flags(name, task, every=every, crontab=crontab, kwargs=kwarg or [], expires=expires)
    return _apply(lambda said: edits.with_schedule(said, entry), dry_run=dry_run, json=json)


@add.command("component", cls=Command)
def add_component(name: ComponentName, *, dry_run: DryRun = False, json: Json = False) -> int:
    """A part of the project that its preset leaves out."""
    from celery_scaffold import edits

    return _apply(lambda said: edits.with_component(said, name), dry_run=dry_run, json=json)


@add.command("cloud", cls=Command)
def add_cloud(name: CloudName, *, dry_run: DryRun = False, json: Json = False) -> int:
    """A cloud that the project will run in."""
    from celery_scaffold import edits

    return _apply(lambda said: edits.with_cloud(said, name), dry_run=dry_run, json=json)


@remove.command("queue", cls=Command)
def remove_queue(name: QueueName, *, dry_run: DryRun = False, json: Json = False) -> int:
    """A queue; its files that you edited stay."""
    from celery_scaffold import edits

    return _apply(lambda said: edits.without_queue(said, name), dry_run=dry_run, json=json)


@remove.command("component", cls=Command)
def remove_component(name: ComponentName, *, dry_run: DryRun = False, json: Json = False) -> int:
    """A part of the project; its files that you edited stay."""
    from celery_scaffold import edits

    return _apply(lambda said: edits.without_component(said, name), dry_run=dry_run, json=json)


@remove.command("cloud", cls=Command)
def remove_cloud(name: CloudName, *, dry_run: DryRun = False, json: Json = False) -> int:
    """A cloud."""
    from celery_scaffold import edits

    return _apply(lambda said: edits.without_cloud(said, name), dry_run=dry_run, json=json)
