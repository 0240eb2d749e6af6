"""The only module that prints: human text on stderr, facts on stdout."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, TextIO

from celery_scaffold import layout
from celery_scaffold.errors import printable, shown_path
from celery_scaffold.fact_tables import plan_facts
from celery_scaffold.outcomes import Repository
from celery_scaffold.streams import deliver, silence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from celery_scaffold.additions import Added
    from celery_scaffold.answers import Answers
    from celery_scaffold.errors import ScaffoldError
    from celery_scaffold.pending import Resumed
    from celery_scaffold.plan import Json, Plan
    from celery_scaffold.regenerate import Updated
    from celery_scaffold.workflows import Created

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


def styled(text: str, style: str, stream: TextIO | None = None) -> str:
    """Text in a style, where the stream shows styles: a terminal that is not dumb, and no NO_COLOR."""
    return f"\033[{_CODES[style]}m{text}\033[0m" if has_colour(stream or sys.stderr) else text


def has_colour(stream: TextIO) -> bool:
    """Whether escape sequences are understood and wanted there (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and not is_dumb()


def is_dumb() -> bool:
    """Whether the terminal says that it knows no escape sequences, or does not say what it is."""
    return os.environ.get("TERM", "") in ("", "dumb", "unknown")


def size() -> os.terminal_size:
    """Columns and rows of the terminal that people read on."""
    try:
        columns, rows = os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError):
        columns, rows = 0, 0
    return os.terminal_size((columns or 80, rows or 24))


def say(text: str = "", *, end: str = "\n") -> None:
    """A line for a person, or with another end the beginning of one; where nobody can read it, it is lost."""
    try:
        print(text, file=sys.stderr, end=end, flush=True)
    except OSError:
        silence(sys.stderr)


def say_wrapped(text: str, indent: str = "", hanging: str = "") -> None:
    """A paragraph for a person, in lines that fit; the second and later ones begin with `hanging`."""
    room = max(size().columns - 1, len(hanging) + 8)
    first, rest = indent, hanging or indent
    say("\n".join(textwrap.wrap(text, room, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)))


def interrupted(message: str, command: str) -> None:
    """The questions were stopped: what that means, and the command that goes on from there."""
    say(f"{styled('stopped', 'yellow')}: {message}")
    say("resume with:")
    say(f"  {printable(command)}")


def facts(value: Json) -> None:
    """The same facts for a program, as JSON on stdout."""
    print(json.dumps(value, indent=2))


def failed(error: ScaffoldError) -> None:
    """A mistake: one line and a hint."""
    say(f"{styled('error', 'red')}: {error.message}")
    if error.hint:
        say(f"{styled('hint', 'cyan')}: {error.hint}")


def failure_facts(error: ScaffoldError) -> None:
    """A mistake for a program."""
    facts({"error": error.message, "hint": error.hint, "exit_code": error.exit_code})


def progress(step: str) -> None:
    """A step that is about to happen; shown on a terminal only."""
    if sys.stderr.isatty():
        say(styled(f"  {printable(step)} …", "dim"))


def created(result: Created) -> None:
    """What `new` made, the warnings, and what to type next."""
    project = result.plan.project
    verb = "made" if result.written else "would make"
    say(f"{styled(verb, 'green')} {shown_path(result.target)}: {len(result.paths)} files, {_summary(result)}")
    if not result.written:
        for line in layout.tree(result.target.name, result.paths):
            say(line)
    warnings(result.plan)
    if result.repository is Repository.FAILED:
        say(f"{styled('warning', 'yellow')}: no git repository was made: {result.repository.value}")
        say(f"  {styled('hint', 'cyan')}: `git init` in the project makes it later; --no-git says that none is wanted")
    if result.written:
        say()
        for command, about in next_steps(result):
            say(f"  {styled(printable(command).ljust(24), 'bold')} {styled('# ' + about, 'dim')}")
    say() if result.written else say(f"nothing was written: --dry-run for {project.name}")


def warnings(plan: Plan) -> None:
    """The warnings of the rulebook, each with its remedy; those that are accepted in a line with the reason."""
    for warning in plan.warnings:
        say(f"{styled('warning', 'yellow')} {warning.id}: {warning.problem}")
        say(f"  {styled('hint', 'cyan')}: {warning.remedy}")
    for accepted in plan.accepted:
        say(f"{styled('accepted', 'cyan')} {accepted.id}: {accepted.reason}")


def next_steps(result: Created) -> tuple[tuple[str, str], ...]:
    """What to type next, and why."""
    components = {component.name for component in result.plan.components}
    steps = [
        (f"cd {_relative(result)}", "the project"),
        ("make install", "dependencies, with uv; commit the uv.lock that it makes"),
        ("make dev", f"worker{', beat' if 'beat' in components else ''} and a producer, no server needed"),
        ("make test", "lint is `make lint`"),
    ]
    if "compose" in components:
        project = result.plan.project
        broker = project.broker
        where = f"{broker.label} in containers" if broker.services else f"on your {broker.label}"
        steps.append(("make up", f"{project.stack}: {where}"))
    return tuple(steps)


def created_facts(result: Created, answers: Answers) -> None:
    """What `new` made, for a program."""
    facts(
        {
            "target": str(result.target),
            "written": result.written,
            "repository": result.repository.name.lower() if result.repository else None,
            "files": list(result.paths),
            **plan_facts(result.plan, answers),
        },
    )


def coloured(lines: Iterable[tuple[str, str]]) -> None:
    """Lines for a person; each with the colour of its first word, or none."""
    for line, colour in lines:
        word, separator, rest = printable(line).partition(":")
        say(
            f"{styled(word, colour)}{separator}{rest}"
            if colour and separator
            else styled(word, colour)
            if colour
            else printable(line)
        )


def updated(result: Updated) -> None:
    """What an update would change in files, what it does to each, and what is left to do."""
    from celery_scaffold import report

    _differences(result.differences)
    coloured(report.updated_lines(result))
    for path in result.set_aside:
        say(f"{styled('kept aside', 'yellow')}: {printable(path)}, which was saved while the update ran")
    warnings(result.plan)
    for note in result.notes:
        say_wrapped(f"{styled('before you deploy', 'yellow')}: {note}", "", "  ")
    _steps("left to you" if result.written else "would be left to you", report.next_lines(result))
    if not result.written:
        say("nothing was written: --dry-run")


def resumed(result: Resumed) -> None:
    """What `--continue` or `--abort` did, and what is left to do."""
    from celery_scaffold import report

    coloured(report.resumed_lines(result))
    _steps("left to you", result.steps)


def _steps(title: str, steps: Sequence[str]) -> None:
    if steps:
        say(f"{title}:")
    for number, step in enumerate(steps, start=1):
        say_wrapped(step, f"  {number}. ", "     ")


def task_added(result: Added) -> None:
    """The two files that `add task` made, and what to type next."""
    say(f"{styled('made' if result.written else 'would make', 'green')} {', '.join(result.paths)}")
    say("  both are yours: no update touches them" if result.written else "nothing was written: --dry-run")


def differences(title: str, text: str) -> None:
    """Unified diffs on stdout, in colours where it shows them."""
    say(styled(f"{title}:" if text else f"{title}: none", "bold"))
    _differences(text)


def _differences(text: str) -> None:
    for line in text.splitlines():
        print(_diff_line(line))
    deliver()


def _diff_line(line: str) -> str:
    for start, colour in (
        ("+++", "bold"),
        ("---", "bold"),
        ("diff ", "bold"),
        ("@@", "cyan"),
        ("+", "green"),
        ("-", "red"),
    ):
        if line.startswith(start):
            return styled(line, colour, sys.stdout)
    return line


def exported(plan: Plan, directory: Path) -> None:
    """What `export-template` made, the warnings, and the command that renders it."""
    say(f"{styled('made', 'green')} {shown_path(directory)}: render it with `{printable(_rendering(directory))}`")
    warnings(plan)


def exported_facts(plan: Plan, directory: Path, answers: Answers) -> None:
    """What `export-template` made, for a program."""
    facts({"target": str(directory.absolute()), "command": _rendering(directory), **plan_facts(plan, answers)})


def _rendering(directory: Path) -> str:
    return f"cookiecutter {shlex.quote(str(directory))} --no-input"


def columns() -> int:
    """The width of what stdout goes to."""
    return shutil.get_terminal_size((100, 24)).columns


def page(lines: Iterable[tuple[str, str]]) -> None:
    """Lines on stdout, each with its style or none."""
    for line, style in lines:
        print(styled(line, style, sys.stdout) if style and line else line)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on stdout whose last column wraps at the width of the terminal, or a block for each row if narrow."""
    for line, is_bold in layout.table(headings, rows, columns()):
        print(styled(line, "bold", sys.stdout) if is_bold else line)


def _summary(result: Created) -> str:
    project = result.plan.project
    names = ", ".join(component.name for component in result.plan.components)
    return f"{project.broker.label} → {project.backend.label}, {_counted(len(project.queues), 'queue')}, {names}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _relative(result: Created) -> str:
    try:
        return shlex.quote(os.path.relpath(result.target))
    except OSError:  # the current directory is gone
        return shlex.quote(str(result.target))
