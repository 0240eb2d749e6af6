"""Text in columns and trees, as lines. Pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A table whose last column had less is hard to read.
_LEAST_LAST_COLUMN = 24


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


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[tuple[str, bool]]:
    """A table whose last column wraps, or a block for each row where that is narrow; each line, and whether it is bold.

    Args:
        headings: of the columns.
        rows: a cell for each column.
        room: characters in a line.
    """
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings) - 1)]
    indent = sum(widths) + 2 * len(widths)
    if room - indent < _LEAST_LAST_COLUMN:
        return [line for row in rows for line in _block(headings, row, room)]
    lines = [line for row in [headings, *rows] for line in _row_lines(row, widths, room)]
    return [(line, number == 0) for number, line in enumerate(lines)]


def _row_lines(row: Sequence[str], widths: Sequence[int], columns: int) -> list[str]:
    """A row of a table; the second and later lines of its last cell stand below the first."""
    lead = "".join(cell.ljust(width + 2) for cell, width in zip(row, widths, strict=False))
    wrapped = textwrap.wrap(row[-1], columns - len(lead), break_on_hyphens=False) or [""]
    return [lead + wrapped[0], *(" " * len(lead) + line for line in wrapped[1:])]


def _block(headings: Sequence[str], row: Sequence[str], room: int) -> list[tuple[str, bool]]:
    """A row as lines of its own, each with its heading; the first one names it, in bold."""
    width = max(room, 8)
    name = f"{headings[0]}: {row[0]}" if headings[0] else row[0]
    lines = [(line, True) for line in textwrap.wrap(name, width)]
    for heading, cell in zip(headings[1:], row[1:], strict=True):
        text = f"{heading}: {cell}"
        wrapped = textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
        lines += [(line, False) for line in wrapped]
    return lines
