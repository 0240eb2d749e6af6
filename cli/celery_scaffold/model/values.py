"""Values as people and files give them, refused with what was expected instead."""

from __future__ import annotations

from celery_scaffold.errors import ScaffoldError, shown

_KINDS = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a table"}


def text_of(raw: object, what: str, hint: str = "") -> str:
    """Text as it is; raises ScaffoldError for what is not text.

    Args:
        raw: text, or what TOML holds instead.
        what: the name of the value.
        hint: what to write; an example with quotation marks unless told otherwise.
    """
    if not isinstance(raw, str):
        raise ScaffoldError(f"{what} must be text, not {_kind(raw)}", hint or f'{what.rpartition(" ")[2]} = "…"')
    return raw


def words_of(raw: object, what: str) -> tuple[str, ...]:
    """Words from a list, or from text that separates them by commas or blanks; raises ScaffoldError otherwise."""
    if isinstance(raw, str):
        return tuple(raw.replace(",", " ").split())
    if not isinstance(raw, (list, tuple)):
        raise ScaffoldError(f"{what} must be a list of words, not {_kind(raw)}", f'{what.rpartition(" ")[2]} = ["…"]')
    return tuple(text_of(word, f"each of {what}", "a list of words in quotation marks") for word in raw)


def whole_number(raw: object, what: str, least: int, most: int) -> int:
    """A whole number within its range, from a number or from decimal digits; raises ScaffoldError otherwise."""
    number = raw
    # No longer than the largest: int() refuses more than 4300 digits, and nobody means 000005.
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= len(str(most)):
        number = int(raw)
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise ScaffoldError(f"{what} must be a whole number, not {shown(raw, 40)}", f"{least} to {most}")
    return number


def _kind(raw: object) -> str:
    return _KINDS.get(type(raw), "a date or time")
