"""Input is data, never code: whatever is typed, there is no traceback and nothing outside the target."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from celery_scaffold.__main__ import main
from celery_scaffold.answers import OPTIONS

if TYPE_CHECKING:
    from pathlib import Path

CASES = 2600

nasty = st.sampled_from(
    [
        "{{ 7 * 7 }}",
        "{% raw %}",
        "../up",
        "/tmp/x",
        "~",
        "$(id)",
        "`id`",
        "a\x00b",
        "a\nb",
        "\u202e",
        "x" * 200,
        "con",
        "-x",
        "--yes",
        "..",
        "",
    ],
)
text = st.one_of(nasty, st.text(max_size=60), st.from_regex(r"[a-z]{1,8}([-_][a-z0-9]{1,4}){0,2}", fullmatch=True))
scalar = st.one_of(text, st.integers(), st.booleans(), st.floats(allow_nan=False))
value = st.one_of(scalar, st.lists(scalar, max_size=3))
tables = st.dictionaries(text, st.one_of(scalar, st.dictionaries(text, value, max_size=3)), max_size=3)
documents = st.dictionaries(st.one_of(st.sampled_from(sorted(OPTIONS)), text), st.one_of(value, tables), max_size=5)

fuzzing = settings(
    max_examples=CASES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _toml(value: object) -> str:
    import json

    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_told(code: int, errors: str) -> None:
    assert code in (0, 1), errors
    assert "Traceback" not in errors
    assert "this is a bug" not in errors
    if code == 1:
        lines = errors.splitlines()
        assert len(lines) <= 2, lines
        assert lines[0].startswith("error: ")


@fuzzing
@given(name=text)
def test_any_name(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["new", "--yes", "--dry-run", "--output-dir", str(tmp_path), "--", name])
    _is_told(code, capsys.readouterr().err)
    assert os.listdir(tmp_path) == []


@fuzzing
@given(document=documents)
def test_any_answers_file(document: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "out"
    output.mkdir(exist_ok=True)
    file = tmp_path / "answers.toml"
    file.write_text(
        "".join(f"{_toml(key)} = {_toml(value)}\n" for key, value in document.items()), "utf-8", "surrogatepass"
    )
    code = main(["new", "--yes", "--dry-run", "--answers", str(file), "--output-dir", str(output)])
    _is_told(code, capsys.readouterr().err)
    assert os.listdir(output) == []


@settings(fuzzing, max_examples=40)
@given(
    name=st.from_regex(r"[a-z]{2,8}([-_][a-z0-9]{1,4}){0,2}", fullmatch=True),
    description=st.text(st.characters(codec="utf-8"), max_size=80),
)
def test_what_is_accepted_is_written_below_the_target_and_nowhere_else(
    name: str,
    description: str,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = tmp_path_factory.mktemp("out")
    code = main(["new", name, "--yes", "--no-git", "--set", f"description={description}", "--output-dir", str(output)])
    _is_told(code, capsys.readouterr().err)
    assert os.listdir(output) == ([name] if code == 0 else [])
