"""Small documents that both sides changed: what comes out of a merge by structure, and what is a conflict."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from celery_scaffold import structure
from celery_scaffold.structure import is_structured, merge, parses
from celery_scaffold.structure.nodes import documents

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("path", "base", "yours", "new", "merged"),
    [
        ("a.toml", "a = 1", "a = 1\nmine = 2", "a = 1\nnew = 3", "a = 1\nmine = 2\nnew = 3"),
        ("a.toml", "a = 1\n", "a = 1\nmine = 2", "a = 1\nnew = 3\n", "a = 1\nmine = 2\nnew = 3"),
        ("a.toml", "", "[a]\nmine = 2\n", "[a]\nnew = 3\n", "[a]\nmine = 2\nnew = 3\n"),
        ("a.toml", "", "a = {mine = 2}\n", "a = {new = 3}\n", "a = {mine = 2, new = 3}\n"),
        (
            "a.toml",
            '[[m]]\nname = "a"\nx = [1]\n',
            '[[m]]\nname = "a"\nx = [1, 2]\n\n[[m]]\nname = "mine"\n',
            '[[m]]\nname = "a"\nx = [1, 3]\n\n[[m]]\nname = "new"\n',
            '[[m]]\nname = "a"\nx = [1, 2, 3]\n\n[[m]]\nname = "mine"\n\n[[m]]\nname = "new"\n',
        ),
        (
            "a.toml",
            'a = """\none\n# two\n"""\nb = [1]\n',
            'a = """\none\n# mine\n"""\nb = [1, 2]\n',
            'a = """\none\n# two\n"""\nb = [1, 3]\n',
            'a = """\none\n# mine\n"""\nb = [1, 2, 3]\n',
        ),
        (
            "a.yaml",
            "a: &x [1]\nb: *x\n",
            "a: &x [1, 2]\nb: *x\n# mine\nc: *x\n",
            "a: &x [1, 3]\nb: *x\nd: *x\n",
            "a: &x [1, 2, 3]\nb: *x\n# mine\nc: *x\nd: *x\n",
        ),
        (
            "a.yaml",
            "a: |\n  # one\n  two\nb: [x]\n",
            "a: |\n  # one\n  mine\nb: [x, mine]\n",
            "a: |\n  # one\n  two\nb: [x, new]\n",
            "a: |\n  # one\n  mine\nb: [x, mine, new]\n",
        ),
        (
            "a.yaml",
            "a: 1\n---\nb: [x]\n",
            "a: 1\nmine: 2\n---\nb: [x]\n",
            "a: 1\nnew: 3\n---\nb: [x]\n",
            "a: 1\nmine: 2\nnew: 3\n---\nb: [x]\n",
        ),
        (
            "a.yml",
            "a:\n    - name: x\n      v: !custom 1\n",
            "a:\n    - name: x\n      v: !custom 1\n      mine: 2\n    - name: mine\n",
            "a:\n    - name: new\n    - name: x\n      v: !custom 2\n",
            "a:\n    - name: new\n    - name: x\n      v: !custom 2\n      mine: 2\n    - name: mine\n",
        ),
        (
            "a.json",
            '{"a": [[1], {"b": []}]}\n',
            '{"a": [[1], {"b": []}, "mine"], "mine": {"x": [1, [2]]}}\n',
            '{"a": [[1], {"b": []}, ["new"]], "new": null}\n',
            '{"a": [[1], {"b": []}, "mine", ["new"]], "mine": {"x": [1, [2]]}, "new": null}\n',
        ),
        (
            "a.json",
            '{\n  "a": [\n    "x"\n  ]\n}\n',
            '{\n\t"a": [\n\t\t"x",\n\t\t"mine"\n\t]\n}',
            '{\n  "a": [\n    "x",\n    "new"\n  ],\n  "z": {\n    "k": 1\n  }\n}\n',
            '{\n\t"a": [\n\t\t"x",\n\t\t"mine",\n\t\t"new"\n\t],\n\t"z": {\n\t\t"k": 1\n\t}\n}',
        ),
        # What the owner moved is changed where it is now, with the owner's comments and indentation.
        (
            "a.toml",
            "[s]\na = 1\n\n[t]\nb = 1\nc = 1\nd = 1\n",
            "[t]\nb = 1\nc = 1\nd = 1\n\n# mine\n[s]\na = 1  # mine\n",
            "[s]\n# why\na = 2  # new\n# because\ne = 3  # new\n\n[t]\nb = 1\nc = 1\nd = 1\n",
            "[t]\nb = 1\nc = 1\nd = 1\n\n# mine\n[s]\na = 2  # mine\n# because\ne = 3  # new\n",
        ),
        (
            "a.yaml",
            "s:\n  a: 1\nt:\n  b: 1\n  c: 1\n  d: 1\n",
            "t:\n  b: 1\n  c: 1\n  d: 1\ns:\n    a: 1  # mine\n",
            "s:\n  a: 2\n\n  # why\n  e:\n    - 3  # new\nt:\n  b: 1\n  c: 1\n  d: 1\n",
            "t:\n  b: 1\n  c: 1\n  d: 1\ns:\n    a: 2  # mine\n\n    # why\n    e:\n      - 3  # new\n",
        ),
        (
            "a.yaml",
            "s:\n    a: 1\nt:\n  b: 1\n  c: 1\n  d: 1\n",
            "t:\n  b: 1\n  c: 1\n  d: 1\ns:\n  a: 1\n",
            "s:\n    a: 1\n    e:\n    - 3\nt:\n  b: 1\n  c: 1\n  d: 1\n",
            "t:\n  b: 1\n  c: 1\n  d: 1\ns:\n  a: 1\n  e:\n  - 3\n",
        ),
        # A list in brackets over several lines: comments stay with their items.
        (
            "a.yaml",
            "a: [x]\n",
            "a: [\n  x,  # why\n  mine,  # mine\n]\n",
            "a: [x, new]\n",
            "a: [\n  x,  # why\n  mine,  # mine\n  new,\n]\n",
        ),
        (
            "a.toml",
            'a = ["x # y"]\n',
            'a = ["x # y", 1]  # mine\n',
            'a = ["x # y", 2]\n',
            'a = ["x # y", 1, 2]  # mine\n',
        ),
        ("a.yaml", "a: 1\n", "a: 1\n# mine\n", "a: 1\n# new\n", "a: 1\n# mine\n# new\n"),
        # The version of an action is not what it is.
        (
            "a.yaml",
            "- uses: x/y@v1 # 1\n  with: {a: 1}\n- run: z\n",
            "- uses: x/y@v1 # 1\n  with: {a: 1, mine: 2}\n- run: z\n",
            "- uses: x/y@v2 # 2\n  with: {a: 1, new: 3}\n- run: z\n",
            "- uses: x/y@v2 # 2\n  with: {a: 1, mine: 2, new: 3}\n- run: z\n",
        ),
        (
            "a.json",
            '{\n  "a": {\n    "x": 1\n  },\n  "b": {\n    "x": 1\n  }\n}\n',
            '{\n  "a": {\n    "x": 1\n  },\n  "b": {\n    "x": 1,\n    "m": 2\n  }\n}\n',
            '{\n  "a": {\n    "x": 1,\n    "n": 3\n  },\n  "b": {\n    "x": 1\n  }\n}\n',
            '{\n  "a": {\n    "x": 1,\n    "n": 3\n  },\n  "b": {\n    "x": 1,\n    "m": 2\n  }\n}\n',
        ),
        (
            "a.json",
            '{"t": true, "n": null, "f": 1.50, "a": [1]}\n',
            '{"t": true, "n": null, "f": 1.50, "a": [1, 2]}\n',
            '{"t": false, "n": null, "f": 1.50, "a": [1, 3]}\n',
            '{"t": false, "n": null, "f": 1.50, "a": [1, 2, 3]}\n',
        ),
        # A table goes whose lines others have as well, once more than the owner wrote them.
        (
            "a.toml",
            "[a]\nx = 1\nr = []\n\n[b]\nx = 2\nr = []\n\n[c]\nx = 3\nr = []\n",
            "[a]\nx = 1\nr = [\n  # mine\n]\n\n[b]\nx = 2\nr = []\n# mine too\n\n[c]\nx = 3\nr = []\n",
            "[a]\nx = 1\nr = []\n\n[b]\nx = 2\nr = []\n",
            "[a]\nx = 1\nr = [\n  # mine\n]\n\n[b]\nx = 2\nr = []\n# mine too\n",
        ),
        ("a.toml", "a = [1, 2, 3]\n", "a = [2, 3, 4]\n", "a = [1, 2, 5]\n", "a = [2, 4, 5]\n"),
        ("a.yaml", "a: [1]\nb: 1\nc: 1\n", "a: [1, 2]\nc: 1\n", "a: [1, 3]\nb: 1\n", "a: [1, 2, 3]\n"),
    ],
)
def test_small_documents(path: str, base: str, yours: str, new: str, merged: str) -> None:
    assert merge(path, base, yours, new, None) == merged


@pytest.mark.parametrize(
    ("path", "base", "yours", "new"),
    [
        ("a.toml", "a = 1\n", "a = 2\n", "a = 3\n"),
        ("a.toml", "a = 1\n", "a = 2\n", "a = 2.0\n"),
        ("a.toml", "a = 1\nb = 1\n", "b = 1\n", "a = 3\nb = 1\n"),
        ("a.toml", "", "[q]\nn = 1\n", "[q]\nn = 2\nm = 3\n"),
        ("a.toml", 'd = ["ruff>=0.1"]\n', 'd = ["ruff>=0.2"]\n', 'd = ["ruff>=0.3", "x"]\n'),
        ("a.toml", 'd = ["ruff>=0.1", "x"]\n', 'd = ["x", "mine"]\n', 'd = ["ruff>=0.3", "x"]\n'),
        ("a.toml", "d = []\n", 'd = ["ruff>=0.2"]\n', 'd = ["Ruff>=0.3"]\n'),
        ("a.toml", "a = [1, 1]\n", "a = [1, 1, 2]\n", "a = [1, 1, 3]\n"),
        ("a.toml", 'c = ["run", "a"]\n', 'c = ["run", "b"]\n', 'c = ["run", "c"]\n'),
        ("a.yaml", "a: b\n", "a: [b]\n", "a: {b: c}\n"),
        ("a.yaml", "s:\n  - run: a\n", "s:\n  - run: a\n    if: mine\n", "s:\n  - run: a\n    if: new\n"),
        ("a.yaml", "a: 1\nb: 1\n", "a: 1  # why\nb: 2\n", "b: 1\n"),
        ("a.json", '{"a": 1}\n', '{"a": "1"}\n', '{"a": true}\n'),
        (".env.example", "A=1\n", "A=2\n", "A=3\n"),
        (".env.example", "", "A=2\nB=1\n", "A=3\nB=1\n"),
        ("deploy/.env.example", "A=1\nB=1\n", "B=1\n", "A=3\nB=1\n"),
        ("a.txt", "a\n", "b\n", "c\n"),
    ],
)
def test_a_conflict_is_none(path: str, base: str, yours: str, new: str) -> None:
    assert merge(path, base, yours, new, None) is None


@pytest.mark.parametrize(
    ("path", "base", "yours", "new", "text", "merged"),
    [
        # Clean and what is expected: as git has it.
        ("a.toml", "a = 1\n", "a = 1\nb = 2\n", "z = 0\na = 1\n", "z = 0\na = 1\nb = 2\n", "z = 0\na = 1\nb = 2\n"),
        (
            "a.toml",
            "a = 1\n",
            "a = 1\nb = 2\n",
            "z = 0\na = 1\n",
            "z = 0\n\na = 1\nb = 2\n",
            "z = 0\n\na = 1\nb = 2\n",
        ),
        (".gitignore", "a\n", "z\na\nx\n!y\n", "a\nz\nb\n", "z\na\nb\nx\n!y\n", "z\na\nb\nx\n!y\n"),
        # Clean, but in an order of patterns that is nobody's.
        (".gitignore", "a\n", "a\nx\n!y\n", "a\nz\n", "a\n!y\nx\nz\n", "a\nx\n!y\nz\n"),
        # Clean, but one item twice.
        ("a.yaml", "- a\n- b\n", "- x\n- a\n- b\n", "- a\n- b\n- x\n", "- x\n- a\n- b\n- x\n", "- x\n- a\n- b\n"),
        # Clean, but one key twice, which does not parse.
        (
            "a.yaml",
            "a: 1\nb: 2\n",
            "x: 1\na: 1\nb: 2\n",
            "a: 1\nb: 2\nx: 1\n",
            "x: 1\na: 1\nb: 2\nx: 1\n",
            "x: 1\na: 1\nb: 2\n",
        ),
        # Clean and parses, while values alone would be a conflict.
        (
            "a.yaml",
            "a: |\n  1\n  2\n  3\n",
            "a: |\n  0\n  2\n  3\n",
            "a: |\n  1\n  2\n  4\n",
            *["a: |\n  0\n  2\n  4\n"] * 2,
        ),
        # Clean, but neither a value nor a text.
        ("a.json", "{}\n", '{"a": 1}\n', '{"a": 2}\n', '{"a": 1, "a": 2}\n', None),
        # Not read by anybody here: a template language, comments.
        ("a.yaml", "a: {{ b }}\n", "a: {{ b }}\nc: 1\n", "d: 1\na: {{ b }}\n", *["d: 1\na: {{ b }}\nc: 1\n"] * 2),
        ("a.json", "// a\n{}\n", "// b\n{}\n", "// a\n{\n}\n", *["// b\n{\n}\n"] * 2),
        ("a.py", "", "", "", "x = 1\n", "x = 1\n"),
        ("a.py", "", "", "", "x = \n", None),
        ("a.txt", "", "", "", "x = \n", "x = \n"),
    ],
)
def test_what_git_merged_cleanly_is_taken_where_it_is_right(
    path: str, base: str, yours: str, new: str, text: str, merged: str | None
) -> None:
    assert merge(path, base, yours, new, text) == merged


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.toml", "a = 1\na = 2\n", False),
        ("a.toml", "[a]\nb = 1\n", True),
        ("a.yaml", "a: 1\na: 2\n", False),
        ("a.yaml", "a: {b: 1, b: 1}\n", False),
        ("a.yml", "a: *nothing\n", False),
        ("a.yaml", "a: [1\n", False),
        ("a.yaml", "on: 1\n---\na: !tag x\n", True),
        ("a.json", '{"a": 1, "a": 1}', False),
        ("a.json", "[" * 100_000, False),
        ("a.json", '{\t"a": [1]}', True),
        (".env.example", "A=1\n# A=2\nA=3\n", False),
        ("deploy/x.env.example", "A=1\n# A=2\n", True),
        (".gitignore", "a\na\n", True),
        ("a.py", "if:\n", False),
        ("a.py", "x = 1\x00", False),
        ("a.py", "print('\\d')\nassert (1, 2)\n", True),
        ("a.py", "<<<<<<< yours\n", False),
        ("Makefile", "<<<<<<< yours\n", True),
    ],
)
def test_parses(path: str, text: str, *, expected: bool) -> None:
    assert parses(path, text[:200_000]) is expected


def test_names_tell_what_is_structured() -> None:
    structured = [
        "a.toml",
        "b/c.yaml",
        "c.yml",
        "d.json",
        ".env.example",
        "x/a.env.example",
        ".gitignore",
        "b/.dockerignore",
    ]
    plain = ["uv.lock", "package-lock.json", "pnpm-lock.yaml", "a.py", ".env", "README.md", "ignore", "x.lock.toml"]
    assert [path for path in structured + plain if is_structured(path)] == structured


def test_a_text_without_a_line_that_all_have_is_not_accepted() -> None:
    reading = structure._Reading("a.toml")
    merging = structure._Merge(reading, "# x\na = 1\n", "# x\na = 2\n", "# x\na = 1\nb = 1\n")
    wanted = reading.value("a = 2\nb = 1\n")
    assert wanted is not None
    texts = ["# x\na = 2\nb = 1\n", "a = 2\nb = 1\n", "# x\na = 1\nb = 1\n"]
    assert [merging.is_accepted(text, wanted) for text in texts] == [True, False, False]


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("[text, 'on', \"1\", !!str 1, 1.2.3, 08h, é😀]", "str"),
        ("[1, -1, 1_000, 0o17, 0x1F, 0b1, 1:30]", "int"),
        ("[1.0, 1e3, -.5, .inf, 1.5E-3]", "float"),
        ("[true, FALSE, on, No, y]", "bool"),
        ("[null, ~, NULL]", "null"),
        ("[2026-11-30, 2026-11-30T10:00:00Z]", "timestamp"),
        ("[!secret 1, !secret x]", "!secret"),
    ],
)
def test_quotes_make_a_text_of_what_would_be_something_else(written: str, kinds: str) -> None:
    (found,) = documents(written)
    assert {item.value[0] for item in found.items if isinstance(item.value, tuple)} == {kinds}


def test_yaml_is_the_same_with_and_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [path.read_text() for pattern in ("*.yaml", "*.yml") for path in sorted(GOLDEN.rglob(pattern))]
    texts += ["a:\n- &x |-\n  one\n\n- *x\n-\nb: é😀\nc: [x]\n", "a: >+\n  x\n\n---\n? [k]\n: {v: }\n...\n"]
    fast = [documents(text) for text in texts]
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert [documents(text) for text in texts] == fast
    assert len(fast) > 10
    items = fast[-2][0].items
    assert [texts[-2][item.start : item.end] for item in items[1:]] == ["é😀", "[x]"]
