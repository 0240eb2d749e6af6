"""What the wizard shows before anything is written. Pure: lines of text for a terminal of a given size."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from celery_scaffold import console, layout
from celery_scaffold.command_line import value_parts
from celery_scaffold.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from celery_scaffold.answers import Answers
    from celery_scaffold.workflows import Created

_LEAST_ROWS = 8
_CHOICES_ROWS = 5


def review(result: Created, answers: Answers, command: str, columns: int, rows: int) -> list[str]:
    """The tree to be written, the answers with their sources, the warnings, and the command that does the same.

    Args:
        result: of a dry run.
        answers: every one that was given.
        command: one line; never wrapped by us, so that it can be copied.
        columns: width of the terminal.
        rows: height of the terminal; a tree that does not fit beside the rest is folded, deepest folders first.
    """
    rest = [
        *_answer_lines(result, answers, columns),
        "",
        *_warning_lines(result, columns),
        *_bold("the same without questions:", columns),
        f"  {command}",
    ]
    heading = _bold(f"{result.target}: {len(result.paths)} files", columns)
    left = rows - len(heading) - 1 - len(rest) - _CHOICES_ROWS
    folded = folded_tree(result.target.name, result.paths, max(_LEAST_ROWS, left))
    return [*heading, *(f"  {line}" for line in folded), "", *rest]


def folded_tree(root: str, paths: Iterable[str], rows: int) -> list[str]:
    """The tree in at most that many lines: deep folders become `docs … 5 files`, then the end is cut off."""
    files = sorted(paths)
    deepest = max((path.count("/") for path in files), default=0)
    lines = layout.tree(root, files)
    for depth in range(deepest, 0, -1):
        if len(lines) <= rows:
            return lines
        lines = layout.tree(root, _folded(files, depth))
    if len(lines) <= rows:
        return lines
    return [*lines[: rows - 1], f"  … {len(lines) - rows + 1} more lines"]


def _folded(paths: list[str], depth: int) -> list[str]:
    """The paths with every folder below that depth as one line."""
    hidden = Counter("/".join(path.split("/")[:depth]) for path in paths if path.count("/") >= depth)
    shown = [path for path in paths if path.count("/") < depth]
    return [*shown, *(f"{folder} … {count} file{'s' if count > 1 else ''}" for folder, count in hidden.items())]


def _answer_lines(result: Created, answers: Answers, columns: int) -> list[str]:
    """A line for each answer, and one paragraph for what nobody said anything about."""
    rows = {
        key: f"{_text(answers, key)} ({answers.given[key].source.value})"
        for key in OPTIONS
        if key in answers.given and answers.given[key].value != ()
    }
    rows["components"] = ", ".join(component.name for component in result.plan.components)
    # What is with and without is among the components.
    defaults = [key for key in OPTIONS if key not in answers.given and key not in ("with", "without", "accepted")]
    rows["default"] = "; ".join(f"{key} {_text(answers, key)}" for key in defaults)
    width = max(map(len, rows))
    return [line for key, text in rows.items() for line in _wrapped(f"{key.ljust(width)}  {text}", columns, width + 2)]


def _text(answers: Answers, key: str) -> str:
    return ", ".join(value_parts(answers.answer(key).value)) or "none"


def _warning_lines(result: Created, columns: int) -> list[str]:
    lines = []
    for warning in result.plan.warnings:
        first, *more = _wrapped(f"warning {warning.id}: {warning.problem}", columns, 2)
        lines += [first.replace("warning", console.styled("warning", "yellow"), 1), *more]
        lines += _wrapped(f"  hint: {warning.remedy}", columns, 4)
    for accepted in result.plan.accepted:
        lines += _wrapped(f"accepted {accepted.id}: {accepted.reason}", columns, 2)
    return [*lines, ""] if lines else []


def _bold(text: str, columns: int) -> list[str]:
    return [console.styled(line, "bold") for line in _wrapped(text, columns)]


def _wrapped(text: str, columns: int, indent: int = 0) -> list[str]:
    """Text in lines of that width; the second and later ones are indented, unless that leaves no room."""
    hanging = " " * (indent if indent < columns // 2 else 2)
    return textwrap.wrap(text, max(columns, 12), subsequent_indent=hanging, break_on_hyphens=False) or [""]
