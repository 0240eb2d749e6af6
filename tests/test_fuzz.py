"""Input is data, never code: whatever is typed, there is no traceback and nothing outside the target."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from celery_scaffold.__main__ import main
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS
from celery_scaffold.model.queues import KEYS, Pool, Priority
from celery_scaffold.options import OPTIONS

from projects import OPTIONAL

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
NAMES, DOCUMENTS, DIRECTORIES, PROJECTS = 1900, 2750, 360, 30
# Of what is tried, the share that has to be accepted: a fuzzer that is refused at the door tries nothing.
LEAST_ACCEPTED = 0.15

nasty = st.sampled_from(
    [
        "{{ 7 * 7 }}",
        "{% raw %}",
        "{{ cycler.__init__.__globals__.os.system('touch pwned') }}",
        "../up",
        "/tmp/x",
        "~",
        "$(id)",
        "`id`",
        "a\x00b",
        "a\nb",
        "\x1b[31m",
        "\u202e",
        "'\"\\",
        "x" * 200,
        "x" * 300,
        "con",
        "-x",
        "--yes",
        "..",
        "",
    ],
)
text = st.one_of(nasty, st.text(max_size=60), st.from_regex(r"[a-z]{1,8}([-_][a-z0-9]{1,4}){0,2}", fullmatch=True))


def fuzzing(cases: int) -> settings:
    return settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


class Outcomes(Counter[int]):
    """How often a run ended with which exit code."""

    def told(self, code: int, errors: str) -> bool:
        """Whether it was done; anything but that has to be a mistake that is told as one."""
        self[code] += 1
        event(f"exit code {code}")
        assert code in (0, 1), errors
        assert "Traceback" not in errors
        assert "this is a bug" not in errors
        if code == 1:
            lines = errors.removesuffix("\n").split("\n")
            assert len(lines) <= 2, lines
            assert lines[0].startswith("error: ")
            assert all(line.isprintable() for line in lines), lines
        return code == 0

    def assert_some_were_accepted(self) -> None:
        assert self[0] >= LEAST_ACCEPTED * self.total(), self


@pytest.fixture
def outcomes() -> Iterator[Outcomes]:
    """Counts, and fails in the end when too little was accepted."""
    counted = Outcomes()
    yield counted
    counted.assert_some_were_accepted()


@fuzzing(NAMES)
@given(name=text)
def test_any_name(name: str, outcomes: Outcomes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["new", "--yes", "--dry-run", "--output-dir", str(tmp_path), "--", name])
    outcomes.told(code, capsys.readouterr().err)
    assert os.listdir(tmp_path) == []


# --- answers files: valid TOML throughout, and about half of them valid answers --------------------------

PLAIN = st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="{")
WORD = st.from_regex(r"[a-z]{3,6}[0-9]{1,2}", fullmatch=True)
QUEUE: dict[str, st.SearchStrategy[object]] = {
    "max_task_seconds": st.integers(1, 21_600),
    "concurrency": st.integers(1, 256),
    "pool": st.sampled_from([pool.value for pool in Pool]),
    "priority": st.sampled_from([priority.value for priority in Priority]),
    "rate_limit": st.sampled_from(["", "10/s", "5/h"]),
    "routes": st.lists(WORD.map("shop.{}.*".format), max_size=1),
}
ANSWERS: dict[str, st.SearchStrategy[object]] = {
    "package": WORD,
    "description": st.text(PLAIN | st.just(" "), max_size=40),
    "preset": st.sampled_from(["minimal", "standard", "full"]),
    "broker": st.sampled_from(sorted(BROKERS)),
    "backend": st.sampled_from(sorted(BACKENDS)),
    "clouds": st.lists(st.sampled_from(sorted(CLOUDS)), max_size=3),
    "queues": st.dictionaries(WORD, st.fixed_dictionaries({}, optional=QUEUE), min_size=1, max_size=3),
    "without": st.lists(st.sampled_from(OPTIONAL), max_size=2),
    "with": st.lists(st.just("base"), max_size=1),
    "timezone": st.sampled_from(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"]),
    "python": st.sampled_from(["3.10", "3.13"]),
    "ci": st.sampled_from(["github", "gitlab"]),
    "max_attempts": st.integers(1, 20),
    "longest_delay_seconds": st.integers(60, 43_200),
    "result_expires_seconds": st.integers(60, 86_400),
}
sound = st.fixed_dictionaries({"name": WORD}, optional=ANSWERS)

scalar = st.one_of(text, st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))
anything = st.one_of(
    scalar,
    st.lists(scalar, max_size=3),
    st.dictionaries(text, scalar, max_size=2),
    st.dictionaries(text | WORD, st.dictionaries(st.sampled_from(KEYS) | text, scalar, max_size=2), max_size=2),
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, object]:
    """Answers, or answers of which one has been made into something else."""
    document: dict[str, object] = dict(draw(sound))
    if draw(st.booleans()):
        key = draw(st.sampled_from(sorted(OPTIONS)) | text)
        queues = document.get("queues")
        if key == "queues" and isinstance(queues, dict):
            queues[next(iter(queues))][draw(st.sampled_from(KEYS) | text)] = draw(anything)
        else:
            document[key] = draw(anything)
    return document


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        # TOML wants DEL escaped, and cannot hold half of a surrogate pair.
        return json.dumps(value.encode(errors="replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else str(value)


@fuzzing(DOCUMENTS)
@given(document=documents())
def test_any_answers_file(
    document: dict[str, object],
    outcomes: Outcomes,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = tmp_path / "out"
    output.mkdir(exist_ok=True)
    file = tmp_path / "answers.toml"
    file.write_text("".join(f"{_toml(key)} = {_toml(value)}\n" for key, value in document.items()), "utf-8")
    code = main(["new", "--yes", "--dry-run", "--answers", str(file), "--output-dir", str(output)])
    errors = capsys.readouterr().err
    outcomes.told(code, errors)
    assert "is not valid TOML" not in errors, "the file itself is well-formed"
    assert os.listdir(output) == []


# --- directories, and what is really written -----------------------------------------------------------


@fuzzing(DIRECTORIES)
@given(directory=text)
def test_any_output_directory(
    directory: str,
    outcomes: Outcomes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The directory is there, unless there can be none of that name."""
    monkeypatch.chdir(tmp_path)
    is_ours = _is_a_name(directory)
    if is_ours:
        Path(directory).mkdir()
    code = main(["new", "shop", "--yes", "--dry-run", f"--output-dir={directory}"])
    assert outcomes.told(code, capsys.readouterr().err) or not is_ours
    if is_ours:
        Path(directory).rmdir()
    assert os.listdir(tmp_path) == []


def _is_a_name(text: str) -> bool:
    """Whether a file can have it."""
    with contextlib.suppress(UnicodeEncodeError):
        return text not in ("", ".", "..") and not {"/", "\0"} & set(text) and len(text.encode()) <= 255
    return False


@fuzzing(PROJECTS)
@given(answers=sound, directory=text.filter(_is_a_name), relative=st.booleans())
def test_what_is_accepted_is_written_below_the_target_and_nowhere_else(
    answers: dict[str, object],
    directory: str,
    relative: bool,
    outcomes: Outcomes,
    surroundings: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = surroundings / "cwd" / directory
    output.mkdir()
    (surroundings / "answers.toml").write_text("".join(f"{key} = {_toml(value)}\n" for key, value in answers.items()))
    before = _everything_below(surroundings)
    file = str(surroundings / "answers.toml")
    code = main(["new", "--yes", "--answers", file, f"--output-dir={directory if relative else output}"])
    outcomes.told(code, capsys.readouterr().err)
    new = _everything_below(surroundings) - before
    target = output / str(answers["name"])
    assert {path for path in new if not path.is_relative_to(target)} == set()
    assert (target in new) == (code == 0)
    shutil.rmtree(output)
    assert _everything_below(surroundings) <= before, "and nothing else has gone"


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that holds all that a run could write into: home, temporary files, the current directory."""
    for name in ("home", "tmp", "cwd"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(tmp_path / "cwd")
    return tmp_path


def _everything_below(root: Path) -> set[Path]:
    return set(root.rglob("*"))
