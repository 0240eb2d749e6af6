"""Merges what two sides made of texts, whatever their line ends, and refuses what would not be read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold.record import ANSWERS_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from celery_scaffold.files import File
    from celery_scaffold.git import Merged, Triple

_BOM = b"\xef\xbb\xbf"
# As git: a null character in the first part of a file makes it binary.
_BINARY_WITHIN = 8000


@dataclass(frozen=True)
class Result:
    """A merged text.

    Attributes:
        content: with the owner's line ends and byte order mark.
        problem: why the owner has to look at it, one line; empty for a clean merge.
    """

    content: bytes
    problem: str = ""


def is_binary(content: bytes) -> bool:
    """Whether git would call it binary."""
    return b"\0" in content[:_BINARY_WITHIN]


def same(one: File, other: File | None) -> bool:
    """Whether the two are the same but for line ends and a byte order mark."""
    if other is None or one.mode is not other.mode:
        return False
    return one.content == other.content or (not is_binary(one.content) and normal(one.content) == normal(other.content))


def normal(content: bytes) -> bytes:
    r"""The text with `\n` at the end of its lines and no byte order mark; mixed line ends are left as they are."""
    text = content.removeprefix(_BOM)
    return text.replace(b"\r\n", b"\n") if _has_crlf(text) else text


def like(content: bytes, model: bytes) -> bytes:
    """A normal text with the line ends and the byte order mark of a model."""
    text = content.replace(b"\n", b"\r\n") if _has_crlf(model) else content
    return _BOM + text if model.startswith(_BOM) and not text.startswith(_BOM) else text


def merge_texts(triples: Mapping[str, Triple], work: Path) -> dict[str, Result]:
    """Merge texts that both sides changed.

    Args:
        triples: by path; the path says what kind of text it is.
        work: an empty directory.
    """
    from celery_scaffold.git import Triple, merge_all

    normalised = {
        path: Triple(normal(triple.base), normal(triple.yours), normal(triple.new)) for path, triple in triples.items()
    }
    merged = merge_all(list(normalised.values()), work)
    return {
        path: _as_yours(_checked(path, normalised[path], result), triples[path].yours)
        for path, result in zip(normalised, merged, strict=True)
    }


def _has_crlf(text: bytes) -> bool:
    """Whether every line ends in CRLF."""
    return b"\r\n" in text and text.count(b"\r\n") == text.count(b"\n")


def _as_yours(result: Result, yours: bytes) -> Result:
    return Result(like(result.content, yours), result.problem)


def _checked(path: str, triple: Triple, merged: Merged) -> Result:
    """Git's merge, or the structure's where git sees a conflict or makes something that is not valid."""
    from celery_scaffold import structure

    conflict = Result(merged.content, "both sides changed the same lines") if merged.conflict else None
    try:
        base, yours, new, text = (part.decode() for part in (triple.base, triple.yours, triple.new, merged.content))
    except UnicodeDecodeError:
        return conflict or Result(merged.content)
    if structure.is_structured(path):
        clean = None if merged.conflict else text
        # The new answers are the owner's with what was asked for: they are what has to come out.
        better = structure.merge(path, base, yours, new, clean, new_counts=path == ANSWERS_FILE)
        if better is not None:
            return Result(better.encode())
    if conflict:
        return conflict
    if structure.parses(path, yours) and not structure.parses(path, text):
        return Result(merged.content, "merged, but what came out is not valid")
    return Result(merged.content)
