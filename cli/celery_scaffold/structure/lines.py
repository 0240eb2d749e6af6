"""Three texts line by line: what can be said without knowing what they are written in."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Iterator

Lines = list[str]


@dataclass(frozen=True)
class Conflict:
    """Lines that both sides changed, as they are on each; every line with its end."""

    base: Lines
    yours: Lines
    new: Lines


Piece = Union[Lines, Conflict]

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def pieces(base: str, yours: str, new: str) -> list[Piece]:
    """The three-way merge of lines: what is settled, and the conflicts between."""
    was, have, source = map(lines_of, (base, yours, new))
    in_yours, in_new = _matches(was, have), _matches(was, source)
    found: list[Piece] = []
    at = (0, 0, 0)
    for place in [*sorted(in_yours.keys() & in_new.keys()), len(was)]:
        to = (place, in_yours.get(place, len(have)), in_new.get(place, len(source)))
        found += _between(was[at[0] : to[0]], have[at[1] : to[1]], source[at[2] : to[2]])
        found.append(was[place : place + 1])
        at = (to[0] + 1, to[1] + 1, to[2] + 1)
    return found


def lines_of(text: str) -> Lines:
    """The lines of a text, with their ends; only a line feed ends one."""
    return _LINE.findall(text)


def ways(conflict: Conflict) -> Iterator[Lines]:
    """What a conflict may come to: as the owner has it, line by line of the base, what both added woven into one."""
    yield conflict.yours
    for aligned in zip(*_aligned(conflict), strict=True):
        yield [line for lines in aligned for line in lines]
    yield _woven(conflict)


def counted(*texts: str) -> Counter[str]:
    """How often each line stands in the texts, whatever its indentation and the comma that a next item needs."""
    lines = (line.strip().removesuffix(",") for text in texts for line in lines_of(text))
    return Counter(line for line in lines if line)


def comments(text: str) -> Counter[str]:
    """How often each comment stands in a text of TOML, YAML or the like.

    What looks like one inside a string may be taken for one: for what is asked here, whether any is lost, that is
    the safe side.
    """
    return Counter(_comment(line) for line in lines_of(text) if "#" in line)


def _comment(line: str) -> str:
    """What follows the first number sign that stands outside of quotation marks, or else the last one."""
    places = [place for place, character in enumerate(line) if character == "#"]
    outside = (place for place in places if line.count('"', 0, place) % 2 == line.count("'", 0, place) % 2 == 0)
    return line[next(outside, places[-1]) + 1 :].strip()


def _matches(one: Lines, other: Lines) -> dict[int, int]:
    """Which lines are the same, place to place."""
    # What is common at both ends is found at once; difflib alone takes seconds for ten thousand lines.
    shorter = min(len(one), len(other))
    first = next((place for place in range(shorter) if one[place] != other[place]), shorter)
    last = next((n for n in range(shorter - first) if one[-1 - n] != other[-1 - n]), shorter - first)
    found = {place: place for place in range(first)}
    found |= {len(one) - last + n: len(other) - last + n for n in range(last)}
    matcher = SequenceMatcher(None, one[first : len(one) - last], other[first : len(other) - last], autojunk=False)
    blocks = matcher.get_matching_blocks()
    return found | {first + a + n: first + b + n for a, b, size in blocks for n in range(size)}


def _between(base: Lines, yours: Lines, new: Lines) -> list[Piece]:
    if yours in (base, new):
        return [new]
    return [yours] if new == base else [Conflict(base, yours, new)]


def _aligned(conflict: Conflict) -> Iterator[tuple[Lines, Lines]]:
    """For each line of the base what is there now, with what is added before it by the owner, then by the template.

    Twice: with both lines where both sides changed one, and with the owner's alone, whose items may then be changed.
    """
    yours, new = _changes(conflict.base, conflict.yours), _changes(conflict.base, conflict.new)
    for line, mine, theirs in zip([*conflict.base, ""], yours, new, strict=True):
        added = _both([], mine.before, theirs.before)
        here = [line], mine.here, theirs.here
        yield added + _both(*here), added + _both(*here, together=False)


def _both(base: Lines, yours: Lines, new: Lines, *, together: bool = True) -> Lines:
    if yours in (base, new):
        return new
    return yours + new if together and new != base else yours


@dataclass(frozen=True)
class _Change:
    """What a side has in place of a line, and what it added before that."""

    here: Lines
    before: Lines


def _changes(base: Lines, side: Lines) -> list[_Change]:
    """For each line of the base, and for its end, what became of it."""
    found = [_Change([line], []) for line in [*base, ""]]
    for what, a, b, c, d in SequenceMatcher(None, base, side, autojunk=False).get_opcodes():
        if what == "replace" and b - a == d - c:
            for place in range(b - a):
                found[a + place] = _Change([side[c + place]], found[a + place].before)
        elif what != "equal":
            for place in range(a, b):
                found[place] = _Change([], found[place].before)
            found[a] = _Change(found[a].here, side[c:d])
    return found


def _woven(conflict: Conflict) -> Lines:
    """Lines of both once, the owner's before the template's, and none that a side removed."""
    known = set(conflict.base)
    woven: Lines = []
    for what, a, b, c, d in SequenceMatcher(None, conflict.yours, conflict.new, autojunk=False).get_opcodes():
        lines = conflict.yours[a:b] if what == "equal" else [*conflict.yours[a:b], *conflict.new[c:d]]
        woven += [line for line in lines if what == "equal" or line not in known]
    return woven
