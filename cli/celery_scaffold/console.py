"""The only module that prints: human text on stderr, facts on stdout."""

from __future__ import annotations

import codecs
import io
import json
import os
import shutil
import sys
from typing import TYPE_CHECKING, TextIO

from celery_scaffold.answers import OPTIONS, Answers
from celery_scaffold.model.queues import Queue, queue_spec
from celery_scaffold.workflows import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from celery_scaffold.answers import Value
    from celery_scaffold.errors import ScaffoldError
    from celery_scaffold.plan import Json
    from celery_scaffold.workflows import Created

# What the messages hold beside ASCII.
_ASCII = {"…": "...", "→": "->"}
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


def show_what_can_be_shown() -> None:
    """Let a stream with a narrow encoding print the nearest ASCII instead of failing, for all that is printed."""
    codecs.register_error("nearest-ascii", _nearest_ascii)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="nearest-ascii")


def _nearest_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_ASCII.get(character, "?") for character in error.object[error.start : error.end]), error.end


def size() -> os.terminal_size:
    """Columns and rows of the terminal that people read on."""
    try:
        columns, rows = os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError):
        columns, rows = 0, 0
    return os.terminal_size((columns or 80, rows or 24))


def say(text: str = "", *, end: str = "\n") -> None:
    """A line for a person, or with another end the beginning of one."""
    print(text, file=sys.stderr, end=end, flush=True)


def say_wrapped(text: str, indent: str = "", hanging: str = "") -> None:
    """A paragraph for a person, in lines that fit; the second and later ones begin with `hanging`."""
    import textwrap

    room = max(size().columns - 1, len(hanging) + 8)
    first, rest = indent, hanging or indent
    say("\n".join(textwrap.wrap(text, room, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)))


def interrupted(message: str, command: str) -> None:
    """The questions were stopped: what that means, and the command that goes on from there."""
    say(f"{styled('stopped', 'yellow')}: {message}")
    say("resume with:")
    say(f"  {command}")


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
        say(styled(f"  {step} …", "dim"))


def created(result: Created) -> None:
    """What `new` made, the warnings, and what to type next."""
    project = result.plan.project
    verb = "made" if result.written else "would make"
    say(f"{styled(verb, 'green')} {result.target}: {len(result.paths)} files, {_summary(result)}")
    if not result.written:
        for line in tree(result.target.name, result.paths):
            say(line)
    warnings(result)
    if result.repository is Repository.FAILED:
        say(f"{styled('warning', 'yellow')}: no git repository was made: {result.repository.value}")
        say(f"  {styled('hint', 'cyan')}: `git init` in the project makes it later; --no-git says that none is wanted")
    if result.written:
        say()
        for command, about in next_steps(result):
            say(f"  {styled(command.ljust(24), 'bold')} {styled('# ' + about, 'dim')}")
    say() if result.written else say(f"nothing was written: --dry-run for {project.name}")


def warnings(result: Created) -> None:
    """The warnings of the rulebook, each with its remedy."""
    for warning in result.plan.warnings:
        say(f"{styled('warning', 'yellow')} {warning.id}: {warning.problem}")
        say(f"  {styled('hint', 'cyan')}: {warning.remedy}")


def next_steps(result: Created) -> tuple[tuple[str, str], ...]:
    """What to type next, and why."""
    components = {component.name for component in result.plan.components}
    steps = [
        (f"cd {_relative(result)}", "the project"),
        ("make install", "dependencies, with uv"),
        ("make dev", "worker, beat and a producer, no server needed"),
        ("make test", "lint is `make lint`"),
    ]
    if "compose" in components:
        steps.append(("make up", f"the real stack: {result.plan.project.broker.label} in containers"))
    return tuple(steps)


def created_facts(result: Created, answers: Answers) -> None:
    """What `new` made, for a program."""
    facts(
        {
            "target": str(result.target),
            "written": result.written,
            "repository": result.repository.name.lower() if result.repository else None,
            "files": list(result.paths),
            "components": [component.name for component in result.plan.components],
            "warnings": [
                {"id": warning.id, "problem": warning.problem, "remedy": warning.remedy}
                for warning in result.plan.warnings
            ],
            "answers": answer_facts(answers),
        },
    )


def answer_facts(answers: Answers) -> dict[str, Json]:
    """Every answer with its source."""
    rows: dict[str, Json] = {}
    for key in OPTIONS:
        answer = answers.answer(key)
        rows[key] = {"value": _plain(answer.value), "source": answer.source.value}
    return rows


def tree(root: str, paths: Iterable[str]) -> list[str]:
    """Paths as an indented tree, directories first seen first."""
    lines = [f"{root}/"]
    seen: set[str] = set()
    for path in sorted(paths):
        parts = path.split("/")
        for depth, part in enumerate(parts[:-1]):
            folder = "/".join(parts[: depth + 1])
            if folder not in seen:
                seen.add(folder)
                lines.append(f"{'  ' * (depth + 1)}{part}/")
        lines.append(f"{'  ' * len(parts)}{parts[-1]}")
    return lines


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on stdout; the last column wraps at the width of the terminal."""
    import textwrap

    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings) - 1)]
    indent = sum(widths) + 2 * len(widths)
    room = max(24, shutil.get_terminal_size((100, 24)).columns - indent)
    for number, row in enumerate([headings, *rows]):
        lead = "".join(cell.ljust(width + 2) for cell, width in zip(row, widths, strict=False))
        wrapped = textwrap.wrap(row[-1], room) or [""]
        text = f"\n{' ' * indent}".join(wrapped)
        print(styled(lead + text, "bold", sys.stdout) if number == 0 else lead + text)


def _plain(value: Value) -> Json:
    if isinstance(value, tuple):
        return [queue_spec(part) if isinstance(part, Queue) else part for part in value]
    return value


def _summary(result: Created) -> str:
    project = result.plan.project
    names = ", ".join(component.name for component in result.plan.components)
    return f"{project.broker.label} → {project.backend.label}, {len(project.queues)} queues, {names}"


def _relative(result: Created) -> str:
    import shlex

    try:
        return shlex.quote(os.path.relpath(result.target))
    except ValueError:
        return shlex.quote(str(result.target))
