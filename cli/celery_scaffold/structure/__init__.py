"""Merges a file by what it says: both sides added to one list or table, where lines alone are a conflict."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from celery_scaffold.structure.formats import compiles, is_list_of_lines, reader_of
from celery_scaffold.structure.lines import Conflict, comments, counted, pieces, ways
from celery_scaffold.structure.patterns import says, without_what_both_added
from celery_scaffold.structure.values import BeyondError, ConflictError, distance, merged_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from celery_scaffold.structure.lines import Lines, Piece
    from celery_scaffold.structure.values import Value

__all__ = ["is_structured", "merge", "parses"]


def is_structured(path: str) -> bool:
    """Whether a file of this name is merged by its structure: TOML, YAML, JSON, `.env.example`, ignore files."""
    return reader_of(path) is not None


def parses(path: str, text: str) -> bool:
    """Whether a text is what the name says: a structured file that parses, each key once, or Python that compiles."""
    if PurePosixPath(path).suffix in {".py", ".pyi"}:
        return compiles(text)
    return reader_of(path) is None or _Reading(path).value(text) is not None


def merge(  # noqa: PLR0913  the three sides, what git says, and one word about them
    path: str, base: str, yours: str, new: str, text: str | None, *, new_counts: bool = False
) -> str | None:
    """The merge of one text file that both sides changed; None where it is a conflict.

    What is returned parses, unless the owner's file or the template's does not either.

    Args:
        path: its path; the name tells what it is written in.
        base: the previous template's text, empty where it had no such file. All have line feeds and no byte order mark.
        yours: the owner's.
        new: the new template's.
        text: git's merge line by line, None where that has conflicts.
        new_counts: whether the new template's values are made from the owner's, so that they are what is wanted.
    """
    if not is_structured(path):
        return text if text is not None and parses(path, text) else None
    base, yours, new, last = _with_last_line_ended(base, yours, new)
    if is_list_of_lines(path):
        new = without_what_both_added(base, yours, new)
    found = _merge_structured(_Merge(_Reading(path), base, yours, new), text, new_counts=new_counts)
    return found if found is None or last or found == text else found.removesuffix("\n")


def _merge_structured(merge: _Merge, text: str | None, *, new_counts: bool) -> str | None:
    was, have, source = map(merge.reading.value, (merge.base, merge.yours, merge.new))
    if have is None or source is None or (was is None and merge.base.strip()):
        return text  # nothing that could be told of its structure: a template language, comments in JSON
    clean = text if text is not None and merge.reading.value(text) is not None else None
    try:
        wanted = source if new_counts else merged_value(was, have, source)
    except ConflictError:
        return clean
    if clean is not None and says(merge.reading.value(clean), wanted, have):
        return clean
    structural = None if wanted is None else merge.candidate(wanted)
    return clean if structural is None else structural


def _with_last_line_ended(base: str, yours: str, new: str) -> tuple[str, str, str, bool]:
    """The three texts with a line feed at their ends, and whether their merge has it."""
    ended = [not text or text.endswith("\n") for text in (base, yours, new)]
    last = ended[2] if ended[1] == ended[0] else ended[1]
    texts = [text if has else f"{text}\n" for text, has in zip((base, yours, new), ended, strict=True)]
    return texts[0], texts[1], texts[2], last


class _Reading:
    """Reads texts of one kind of file, each once: a merge asks for many, and some again."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._values: dict[str, Value | None] = {}

    def value(self, text: str) -> Value | None:
        """What the text says, None where it does not parse."""
        if text not in self._values:
            read = reader_of(self.path)
            try:
                self._values[text] = None if read is None else read(text)
            except (ValueError, RecursionError):
                self._values[text] = None
        return self._values[text]


@dataclass(frozen=True)
class _Merge:
    """One merge: what is read, and how a result is judged."""

    reading: _Reading
    base: str
    yours: str
    new: str

    def candidate(self, wanted: Value) -> str | None:
        """A text that says what is wanted and loses nothing of the owner's; None where none was found."""
        nearest = self.resolved(wanted)
        if self.is_accepted(nearest, wanted):
            return nearest
        return next(
            (text for text in self.edits((nearest, self.yours), wanted) if self.is_accepted(text, wanted)), None
        )

    def resolved(self, wanted: Value) -> str:
        """The merge line by line, each conflict in that way which brings it nearest to what is wanted."""
        found = pieces(self.base, self.yours, self.new)
        chosen: list[Lines] = [piece.yours if isinstance(piece, Conflict) else piece for piece in found]
        for place, conflict in _conflicts(found):
            texts = [(way, _joined([*chosen[:place], way, *chosen[place + 1 :]])) for way in ways(conflict)]
            chosen[place] = min(texts, key=lambda pair: self.cost(pair[1], wanted))[0]
        return _joined(chosen)

    def cost(self, text: str, wanted: Value) -> tuple[float, int, int]:
        """How far a text is from what is wanted: in values, in comments of the owner's, in lines of either side."""
        value = self.reading.value(text)
        off = float("inf") if value is None else distance(value, wanted)
        return off, self.lost_comments(text), self.misplaced_lines(text)

    def edits(self, starts: Iterable[str], wanted: Value) -> Iterator[str]:
        edit = _editor_of(self.reading.path)
        if edit is None:
            return
        for text in dict.fromkeys(starts):
            with suppress(ValueError, BeyondError):
                yield edit(text, wanted, self.new)

    def is_accepted(self, text: str, wanted: Value) -> bool:
        if not says(self.reading.value(text), wanted, self.reading.value(self.yours)) or self.lost_comments(text):
            return False
        was, here, source = map(counted, (self.base, self.yours, self.new))
        # Of a line that stands there several times, the template may have removed one: it is not missed.
        return not ((here - (was - source)) & source) - counted(text)

    def lost_comments(self, text: str) -> int:
        """How many comments that the owner wrote are not in the text, wherever they stand there."""
        if self.reading.path.endswith(".json"):
            return 0
        was, have, there = map(comments, (self.base, self.yours, text))
        return ((have - was) - there).total()

    def misplaced_lines(self, text: str) -> int:
        """How many lines that a side added are missing, or that a side removed are there."""
        was, have, source, there = map(counted, (self.base, self.yours, self.new, text))
        return (
            ((have - was) - there).total()
            + ((source - was) - there).total()
            + (there - have - source).total()
            + (there & ((was - have) | (was - source))).total()
        )


def _conflicts(found: list[Piece]) -> list[tuple[int, Conflict]]:
    return [(place, piece) for place, piece in enumerate(found) if isinstance(piece, Conflict)]


def _joined(lines: list[Lines]) -> str:
    return "".join("".join(each) for each in lines)


def _editor_of(path: str) -> Callable[[str, Value, str], str] | None:
    suffix = PurePosixPath(path).suffix
    if suffix == ".toml":
        from celery_scaffold.structure.tables import edited
    elif suffix in {".yaml", ".yml", ".json"}:
        from celery_scaffold.structure.splices import edited
    else:
        return None
    return edited
