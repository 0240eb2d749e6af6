"""The commands for a project that is there: parse → one workflow call → print → exit code. Nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from celery_scaffold import answers, console
from celery_scaffold.errors import DONE, FINDINGS, ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery_scaffold.answers import Answers
    from celery_scaffold.pending import Resumed
    from celery_scaffold.regenerate import Manner, Updated

Set = Annotated[
    Optional[list[str]], typer.Option("--set", metavar="KEY=VALUE", help="A new answer, as for `new`; repeatable.")
]
AnswersFile = Annotated[
    Optional[Path], typer.Option("--answers", metavar="FILE", help="A TOML file with new answers; others stay.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, as a diff too; write nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Facts as JSON on stdout.")]


def update(
    *,
    set_: Set = None,
    broker: Annotated[Optional[str], typer.Option(metavar="KIND", help="Another broker; see `brokers`.")] = None,
    backend: Annotated[Optional[str], typer.Option(metavar="KIND", help="Another backend; see `backends`.")] = None,
    preset: Annotated[Optional[str], typer.Option(metavar="minimal|standard|full", help="Another preset.")] = None,
    answers_file: AnswersFile = None,
    dry_run: DryRun = False,
    json: Json = False,
    continue_: Annotated[
        bool, typer.Option("--continue", help="Finish an update that was interrupted or had conflicts.")
    ] = False,
    abort: Annotated[bool, typer.Option("--abort", help="Undo it: every file as it was, bytes and modes.")] = False,
    without_base: Annotated[
        bool, typer.Option("--without-base", help="Merge although the recorded tree is lost or damaged.")
    ] = False,
) -> int:
    """Render this project anew and merge that into it, keeping every edit."""
    from celery_scaffold import pending
    from celery_scaffold.regenerate import Manner

    flags = {"broker": broker, "backend": backend, "preset": preset}
    given = answers.from_flags(flags, set_ or [])
    if continue_ or abort:
        _refuse_beside(
            bool(given.given) or answers_file is not None or dry_run or without_base or (continue_ and abort)
        )
        return _resumed((pending.abort if abort else pending.resume)(Path()), json=json)
    layers = [given] if answers_file is None else [given, answers.from_file(answers_file)]
    return changed(lambda said: answers.merge(*layers, said), Manner(dry_run, without_base), json=json)


def diff(
    *,
    user: Annotated[bool, typer.Option("--user", help="What you changed since the project was rendered last.")] = False,
    template: Annotated[bool, typer.Option("--template", help="What an update would change.")] = False,
) -> int:
    """Show what you changed in this project, and what an update would change."""
    from celery_scaffold import inspection

    if user or not template:
        console.differences("your changes", inspection.owner_differences(Path()))
    if template or not user:
        console.differences("what an update changes", inspection.template_differences(Path()))
    return DONE


def check(*, json: Json = False) -> int:
    """Say whether this project is up to date, for CI: exit code 2 if there is something to do."""
    from celery_scaffold import inspection, report

    result = inspection.check(Path())
    if json:
        console.facts(report.checked_facts(result))
    else:
        console.coloured(report.checked_lines(result))
    return DONE if result.is_current else FINDINGS


def changed(change: Callable[[Answers], Answers], manner: Manner, *, json: bool) -> int:
    """Update a project to changed answers, and report it."""
    from celery_scaffold import regenerate

    result = regenerate.update(Path(), change, manner, progress=(lambda _: None) if json else console.progress)
    _report(result, json=json)
    return FINDINGS if result.conflicts else DONE


def _report(result: Updated, *, json: bool) -> None:
    from celery_scaffold import report

    if json:
        console.facts(report.updated_facts(result))
    else:
        console.updated(result)


def _resumed(result: Resumed, *, json: bool) -> int:
    from celery_scaffold import report

    if json:
        console.facts(report.resumed_facts(result))
    else:
        console.resumed(result)
    return FINDINGS if result.conflicts else DONE


def _refuse_beside(others: bool) -> None:
    if others:
        raise ScaffoldError("--continue and --abort go alone", "they finish or undo what an earlier run was given")
