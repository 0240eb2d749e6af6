"""Values of documents, and what three of them make: the previous template's, the owner's, the new template's.

A value is a table (dict), a list, or an atom: a pair of its type's name and its text, so that `1`, `1.0`, `true` and
`"1"` are four different ones, and every atom equals itself.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Union

Atom = tuple[str, str]
Value = Union[dict[str, "Value"], list["Value"], Atom]

STRING = "str"
# What tells tables in a list apart, the first that one has: containers, Prometheus jobs and alerts, pre-commit
# repositories, mypy overrides, steps of a workflow (whose `uses` has the version after an @).
_IDENTITIES = ("name", "id", "key", "job_name", "alert", "repo", "module", "uses")
# `celery[redis]>=5.7`, `LOG_LEVEL=INFO`: the same subject with another text is another value of the same thing.
_SUBJECT = re.compile(r"([A-Za-z_][\w.-]*)\s*(?:\[[^]]*\])?\s*(?:[<>~!=]?=|[<>@])")

# Names of packages: https://packaging.python.org/en/latest/specifications/name-normalization/
_SEPARATORS = re.compile(r"[-_.]+")


class ConflictError(Exception):
    """Both sides gave one thing different values, or one removed what the other changed."""


class BeyondError(Exception):
    """A change that cannot be made without writing lines anew that nobody touched."""


def value_of(plain: object) -> Value:
    """The value of what a parser returned; an atom stands for itself."""
    if isinstance(plain, dict):
        return {str(key): value_of(item) for key, item in plain.items()}
    if isinstance(plain, list):
        return [value_of(item) for item in plain]
    if isinstance(plain, tuple):
        return plain
    if plain is None:
        return "null", "null"
    return type(plain).__name__, str(plain).lower() if isinstance(plain, bool) else str(plain)


def merged_value(base: Value | None, yours: Value | None, new: Value | None) -> Value | None:
    """What the three make; None stands for absent.

    Raises:
        ConflictError: both sides changed it in ways that exclude each other.
    """
    if new in (yours, base):
        return yours
    if yours == base:
        return new
    if isinstance(yours, dict) and isinstance(new, dict):
        return _merged_tables(base if isinstance(base, dict) else {}, yours, new)
    if isinstance(yours, list) and isinstance(new, list):
        return _merged_lists(base if isinstance(base, list) else [], yours, new)
    raise ConflictError


def keys_of(*lists: list[Value]) -> list[list[str]] | None:
    """What tells the items of these lists apart, a key for each item; None where one list has an item twice."""
    for key in (_identity, repr):
        found = [[key(item) for item in each] for each in lists]
        if all(len(set(keys)) == len(keys) for keys in found):
            return found
    return None


def inserted(have: list[str], key: str, source: list[str]) -> int:
    """Where a key of `source` belongs in `have`: after its nearest neighbour, and after what is not of the source."""
    place = 0
    for neighbour in reversed(source[: source.index(key)]):
        if neighbour in have:
            place = have.index(neighbour) + 1
            break
    while place < len(have) and have[place] not in source:
        place += 1
    return place


def distance(one: Value | None, other: Value | None) -> int:
    """In how many places two values differ."""
    if one == other:
        return 0
    if isinstance(one, dict) and isinstance(other, dict):
        return sum(distance(one.get(key), other.get(key)) for key in {**one, **other})
    if isinstance(one, list) and isinstance(other, list):
        if len(one) == len(other):
            return sum(map(distance, one, other))
        counts, others = Counter(map(repr, one)), Counter(map(repr, other))
        return max(1, ((counts - others) + (others - counts)).total())
    return max(_size(one), _size(other))


def _size(value: Value | None) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1


def _merged_tables(base: dict[str, Value], yours: dict[str, Value], new: dict[str, Value]) -> Value:
    table = {key: merged_value(base.get(key), yours.get(key), new.get(key)) for key in {**yours, **new}}
    return {key: item for key, item in table.items() if item is not None}


def _merged_lists(base: list[Value], yours: list[Value], new: list[Value]) -> Value:
    keys = keys_of(base, yours, new)
    if keys is None:
        raise ConflictError
    was, have, source = (dict(zip(*pair, strict=True)) for pair in zip(keys, (base, yours, new), strict=True))
    _check_same_item_not_replaced(set(was), set(have), set(source))
    order = list(have)
    for key in source:
        if key not in have and key not in was:
            order.insert(inserted(order, key, list(source)), key)
    for key in was.keys() - have.keys():  # removed by the owner: a conflict where the template changed it
        merged_value(was[key], None, source.get(key))
    merged = [merged_value(was.get(key), have.get(key), source.get(key)) for key in order]
    return [item for item in merged if item is not None]


def _check_same_item_not_replaced(was: set[str], have: set[str], source: set[str]) -> None:
    """Nobody can tell whether two items that replace one are both wanted."""
    replaced = (was - have) & (was - source)
    if replaced and have - was - source and source - was - have:
        raise ConflictError


def _identity(item: Value) -> str:
    """What stays the same when an item gets another value; the item itself where nothing is known to."""
    if isinstance(item, dict):
        for key in _IDENTITIES:
            named = item.get(key)
            named = named[0] if isinstance(named, list) and named else named  # modules of one mypy override
            if isinstance(named, tuple):
                return f"{key} {named[1].split('@')[0]}"
        return repr(item)
    if isinstance(item, tuple) and item[0] == STRING and (match := _SUBJECT.match(item[1])):
        return _SEPARATORS.sub("-", match[1]).lower()
    return repr(item)
