"""Three texts line by line: what can be said without knowing what they are written in."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    """What a conflict may come to, the owner's own lines first: both additions, woven or one after the other."""
    yield conflict.yours
    yield _aligned(conflict)
    yield from _stacked(conflict)
    yield _woven(conflict.base, conflict.yours, conflict.new)
    yield _woven(conflict.base, conflict.new, conflict.yours)
    yield conflict.new


def ways_with_all_of_yours(conflict: Conflict) -> Iterator[Lines]:
    """Those ways in which no line of the owner's is missing, so that only the template's may have to be brought in."""
    return (way for way in ways(conflict) if not Counter(conflict.yours) - Counter(way))


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


def _aligned(conflict: Conflict) -> Lines:
    """Each line as that side has it which changed it, what is added before it by the owner, then by the template."""
    yours, new = _changes(conflict.base, conflict.yours), _changes(conflict.base, conflict.new)
    lines: Lines = []
    for line, mine, theirs in zip([*conflict.base, ""], yours, new, strict=True):
        lines += _both([], mine.before, theirs.before) + _both([line], mine.here, theirs.here)
    return lines


def _both(base: Lines, yours: Lines, new: Lines) -> Lines:
    if yours in (base, new):
        return new
    return yours if new == base else yours + new


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


def _stacked(conflict: Conflict) -> Iterator[Lines]:
    removed = Counter(conflict.base) - Counter(conflict.new)
    added = list(_without(conflict.new, Counter(conflict.base)))
    kept = list(_without(conflict.yours, removed))
    yield kept + added
    yield added + kept


def _woven(base: Lines, first: Lines, second: Lines) -> Lines:
    """Lines of both once, of each its own, but none that the other removed."""
    known = set(base)
    woven: Lines = []
    for what, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if what == "equal":
            woven += first[a:b]
        else:
            woven += [line for line in [*first[a:b], *second[c:d]] if line not in known]
    return woven


def _without(lines: Lines, unwanted: Counter[str]) -> Iterable[str]:
    left = unwanted.copy()
    for line in lines:
        if left[line]:
            left[line] -= 1
        else:
            yield line
