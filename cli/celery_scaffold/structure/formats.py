"""What is known to be written in what, and how it is read."""

from __future__ import annotations

import json
import re
import sys
import warnings
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from celery_scaffold.structure.lines import lines_of
from celery_scaffold.structure.patterns import PATTERN
from celery_scaffold.structure.values import STRING, value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery_scaffold.structure.values import Value

_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=(.*)")
_IGNORED = re.compile(r"\..*ignore")
_LOCK = re.compile(r".*[.-]lock(\..*)?")


def reader_of(path: str) -> Callable[[str], Value] | None:
    """What reads a file of this name as a value; None where nothing is known of its structure.

    It raises ValueError (of which every parser's own error is one) for what does not parse or has a key twice.
    """
    name = PurePosixPath(path).name
    if _LOCK.fullmatch(name):
        return None
    if name.endswith(".env.example"):
        return _environment
    return _ignored if _IGNORED.fullmatch(name) else _READERS.get(PurePosixPath(path).suffix)


def is_list_of_lines(path: str) -> bool:
    """Whether a file of this name has a value on each line, and nothing else."""
    return reader_of(path) in {_environment, _ignored}


def compiles(text: str) -> bool:
    """Whether it is a Python module, of the Python that runs this."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<merged>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _toml(text: str) -> Value:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return value_of(tomllib.loads(text))


def _yaml(text: str) -> Value:
    """One document is its value; several are a table, by what they are or by their number."""
    from celery_scaffold.structure.nodes import documents

    found = [document.value for document in documents(text)]
    if len(found) == 1:
        return found[0]
    names = [_manifest_name(value) for value in found]
    distinct = None not in names and len(set(names)) == len(names)
    return {
        str(name if distinct else place): value for place, (name, value) in enumerate(zip(names, found, strict=True))
    }


def _json(text: str) -> Value:
    def table(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a key twice in one object")
        return dict(pairs)

    # Numbers as they are written, like those of YAML: there is no rounding, and splices.py takes it for YAML.
    return value_of(
        json.loads(
            text,
            object_pairs_hook=table,
            parse_int=lambda digits: ("int", digits),
            parse_float=lambda digits: ("float", digits),
        )
    )


def _environment(text: str) -> Value:
    found: dict[str, Value] = {}
    for line in lines_of(text):
        if match := _ASSIGNMENT.match(line):
            if match[1] in found:
                raise ValueError(f"{match[1]} twice")
            found[match[1]] = (STRING, match[2].strip())
    return found


def _ignored(text: str) -> Value:
    lines = [line.rstrip() for line in lines_of(text)]
    return [(PATTERN, line) for line in lines if line and not line.startswith("#")]


def _manifest_name(value: Value) -> str | None:
    """The name of a Kubernetes manifest."""
    if not isinstance(value, dict) or "kind" not in value or not isinstance(metadata := value.get("metadata"), dict):
        return None
    return f"{value['kind']} {metadata.get('name')} {metadata.get('namespace')}"


_READERS: dict[str, Callable[[str], Value]] = {".toml": _toml, ".yaml": _yaml, ".yml": _yaml, ".json": _json}
