"""Versions, compared by their numbers."""

from __future__ import annotations


def numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version such as `1.10.0`, which is later than `1.9.2`; what is no number does not count."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())
