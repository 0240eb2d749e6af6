"""A page of `explain` as lines of text for a terminal of a given width, and as facts for a program. Pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from celery_scaffold.pages import Page, Section
    from celery_scaffold.plan import Json

Styled = tuple[str, str]
_WIDEST_NAME = 28
# A text with less room is put below its name.
_LEAST_ROOM = 30


def page_lines(page: Page, columns: int) -> list[Styled]:
    """The page in lines of that width, each with its style or none."""
    lines: list[Styled] = [(line, "bold") for line in _wrapped(page.title, columns)]
    for section in page.sections:
        title = [(line, "bold") for line in _wrapped(section.title, columns)]
        lines += [("", ""), *title, *_section(section, columns)]
    return lines


def page_facts(page: Page) -> dict[str, Json]:
    """The page for a program."""
    return {
        "word": page.word,
        "what": page.what,
        "title": page.title,
        "sections": [
            {
                "title": section.title,
                "rows": [{"name": name, "text": text, "evidence": evidence} for name, text, evidence in section.rows],
            }
            for section in page.sections
        ],
    }


def _section(section: Section, columns: int) -> list[Styled]:
    width = min(_WIDEST_NAME, max(len(name) for name, _, _ in section.rows))
    return [line for row in section.rows for line in _row(row, width, columns)]


def _row(row: tuple[str, str, str], width: int, columns: int) -> list[Styled]:
    """Name and text side by side where there is room; the evidence below, in a style that steps back."""
    name, text, evidence = row
    indent = width + 4
    if columns - indent < _LEAST_ROOM:
        indent = 4
    beside = len(name) <= width and indent > 4 and bool(text)  # noqa: PLR2004  the indent above
    lines: list[Styled] = [] if beside else [(f"  {line}", "") for line in _wrapped(name, columns - 2)]
    for line in _wrapped(text, columns - indent) if text else []:
        lead = f"  {name.ljust(width)}  " if beside and not lines else " " * indent
        lines.append((lead + line, ""))
    return lines + [(" " * indent + line, "dim") for line in _wrapped(f"[{evidence}]", columns - indent) if evidence]


def _wrapped(text: str, columns: int) -> list[str]:
    return textwrap.wrap(text, max(columns, 12), break_on_hyphens=False, break_long_words=False) or [""]
