"""Whatever two sides do to one document: all of it is done afterwards, and nothing else."""

from __future__ import annotations

import copy
import json
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
import tomlkit
import yaml
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from celery_scaffold.structure import merge

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CASES = 150
# Two additions to one place may be written in a way that no change of single lines or items leads to.
LEAST_MERGED = 0.9

words = st.sampled_from(
    ["alpha", "beta", "gamma", "delta", "on", "8", "a # b", "it's", 'say "x"', "two words", "é", "- x"]
)
scalars = st.one_of(words, st.integers(-5, 5), st.booleans())
lists = st.lists(scalars, max_size=4, unique_by=repr)
leaves = st.one_of(scalars, lists)
keys = st.sampled_from(["name", "image", "deploy", "ports", "x-app", "env"])
tables = st.dictionaries(keys, st.one_of(leaves, st.dictionaries(keys, leaves, min_size=1, max_size=3)), max_size=5)


@dataclass(frozen=True)
class Step:
    """One thing that a side does, to which of the tables and lists that there are."""

    kind: str
    place: int
    value: Any


kinds = st.sampled_from(["add", "add", "add", "change", "remove"])
steps = st.lists(st.builds(Step, kinds, st.integers(0, 20), leaves), max_size=4)


def places(value: Any) -> list[Any]:
    """The tables and lists of a value, itself the first; in the same order in whatever was made of it."""
    inner = [place for item in value.values() for place in places(item)] if isinstance(value, dict) else []
    return [value, *inner] if isinstance(value, (dict, list)) else []


def scalars_of(table: dict[str, Any], side: str) -> list[str]:
    """The keys that this side may change or remove: the other one has others."""
    turn = ("mine", "new").index(side)
    return [key for key in sorted(table)[turn::2] if not isinstance(table[key], (dict, list))]


def after(table: dict[str, Any], sides: dict[str, list[Step]]) -> dict[str, Any]:
    """The table after what the sides did, each adding under a name of its own."""
    copied = copy.deepcopy(table)
    pairs = list(zip(places(table), places(copied), strict=True))
    for side, made in sides.items():
        for number, step in enumerate(made):
            was, target = pairs[step.place % len(pairs)]
            if isinstance(target, list):
                target.append(f"{side} {number}")
            elif step.kind == "add" or not (known := scalars_of(was, side)):
                target[f"{side}-{number}"] = step.value
            elif step.kind == "change":
                target[known[0]] = f"changed by {side}"
            else:
                target.pop(known[0], None)
    return copied


def written(suffix: str, table: dict[str, Any]) -> str:
    if suffix == "toml":
        return tomlkit.dumps(table)
    if suffix == "json":
        return json.dumps(table, indent=2) + "\n"
    return yaml.safe_dump(table, sort_keys=False, allow_unicode=True, default_flow_style=None, width=1000)


def read(suffix: str, text: str) -> Any:
    if suffix == "toml":
        return tomllib.loads(text)
    return json.loads(text) if suffix == "json" else yaml.safe_load(text)


def commented(base: str, text: str) -> str:
    """The text with a comment behind each line that the base does not have, where its format has comments."""
    known = set(base.splitlines())
    lines = text.splitlines()
    return "".join(f"{line}\n" if line in known else f"{line}  # mine {n}\n" for n, line in enumerate(lines))


@pytest.mark.parametrize("suffix", ["toml", "yaml", "json"])
def test_what_both_did_is_all_done(suffix: str) -> None:
    merged: Counter[bool] = Counter()

    @settings(max_examples=CASES, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(tables, steps, steps)
    def check(table: dict[str, Any], mine: list[Step], theirs: list[Step]) -> None:
        base = written(suffix, table)
        yours = written(suffix, after(table, {"mine": mine}))
        yours = yours if suffix == "json" else commented(base, yours)
        result = merge(f"x.{suffix}", base, yours, written(suffix, after(table, {"new": theirs})), None)
        merged[result is not None] += 1
        event(f"merged: {result is not None}")
        if result is None:
            return
        assert read(suffix, result) == after(table, {"mine": mine, "new": theirs})
        comments = [line.partition("  # mine ")[2] for line in yours.splitlines() if "  # mine " in line]
        assert all(f"# mine {comment}\n" in result for comment in comments)

    check()
    assert merged[True] >= LEAST_MERGED * merged.total(), merged
