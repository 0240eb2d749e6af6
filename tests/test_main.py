"""Through `main`, since that is where errors become lines and exit codes."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from celery_scaffold.__main__ import main
from celery_scaffold.options import OPTIONS

from processes import heed_signals
from terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["nwe", "shop"], "No such command 'nwe'", "--help"),
        (["new", "shop", "--brokr", "redis"], "No such option: --brokr", "--help"),
        (["new", "shop", "--yes", "--broker", "reddis"], "there is no broker 'reddis'", "did you mean 'redis'?"),
        (["new", "shop", "--yes", "--set", "timezon=UTC"], "there is no setting 'timezon'", "did you mean 'timezone'?"),
        (["new", "shop", "--yes", "--set", "timezone"], "is not KEY=VALUE", "--set"),
        (["new", "shop", "--yes", "--without", "base"], "cannot be left out", "every project"),
        (["new", "shop", "--yes", "--with", "ci", "--without", "ci"], "both asked for and left out", "drop"),
        (["new", "shop", "--yes", "--answers", "nowhere.toml"], "cannot read nowhere.toml", "answers file"),
        (["new", "--yes"], "the project has no name", "celery-scaffold new NAME"),
        (["new", "shop"], "missing: --preset, --broker, --backend, --queue", "--yes"),
        (["new"], "missing: NAME, --preset", "--yes"),
    ],
)
def test_a_mistake_is_one_line_and_a_hint(
    arguments: list[str],
    error: str,
    hint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("error: ")
    assert error in lines[0]
    assert lines[1].startswith("hint: ")
    assert hint in lines[1]
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_is_told_to_programs_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "shop", "--yes", "--broker", "reddis", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "error": "there is no broker 'reddis'",
        "hint": "did you mean 'redis'?",
        "exit_code": 1,
    }


def test_json_says_where_each_answer_came_from(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CELERY_SCAFFOLD_BACKEND", "none")
    assert (
        main(["new", "shop", "--yes", "--broker", "rabbitmq", "--dry-run", "--json", "--output-dir", str(tmp_path)])
        == 0
    )
    facts = json.loads(capsys.readouterr().out)
    sources = {key: answer["source"] for key, answer in facts["answers"].items()}
    assert (sources["broker"], sources["backend"], sources["queues"]) == ("flag", "environment", "default")
    assert facts["written"] is False
    assert "compose.yaml" in facts["files"]
    assert list(tmp_path.iterdir()) == []


def test_a_bug_leaves_a_traceback_in_a_file_and_says_where(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("celery_scaffold.workflows.new", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["new", "shop", "--yes"]) == 3
    text = capsys.readouterr().err
    assert "ZeroDivisionError: on purpose" in text
    (log,) = tmp_path.glob("celery-scaffold-*.log")
    assert str(log) in text
    assert "Traceback" in log.read_text()


def test_a_bug_where_no_file_can_be_written_shows_its_traceback(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("on\npurpose")

    monkeypatch.setattr("celery_scaffold.workflows.new", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    assert main(["new", "shop", "--yes"]) == 3
    first, second, *rest = capsys.readouterr().err.splitlines()
    assert first == r"this is a bug in celery-scaffold: ZeroDivisionError: on\npurpose"
    assert second.startswith("please report it with this traceback; it cannot be kept in a file: ")
    assert rest[0].startswith("Traceback")


# Where the real command is busy, and sends itself the signal: importing, and waiting in the middle of a command.
SIGNALLED = """
import os, sys, time
from celery_scaffold import workflows
from celery_scaffold.__main__ import run
number = int(sys.argv.pop())
def busy(*_, **__):
    os.kill(os.getpid(), number)
    time.sleep(30)
workflows.new = busy
run()
"""


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (signal.SIGINT, "interrupted"),
        (signal.SIGTERM, "stopped by SIGTERM"),
        (signal.SIGHUP, "stopped by SIGHUP"),
    ],
)
def test_a_signal_ends_a_run_with_a_line_and_its_number(sent: signal.Signals, said: str, tmp_path: Path) -> None:
    stopped = subprocess.run(
        [sys.executable, "-c", SIGNALLED, "new", "shop", "--yes", str(sent.value)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=heed_signals,
    )
    assert stopped.stderr == f"{said}: nothing was written\n"
    assert stopped.returncode == 128 + sent


def test_a_signal_that_was_ignored_from_the_start_stays_ignored(tmp_path: Path) -> None:
    """As `nohup` starts a command, or a shell its background jobs."""
    script = SIGNALLED.replace("time.sleep(30)", "raise SystemExit(7)")
    command = f"trap '' INT HUP; exec {shlex.quote(sys.executable)} -c {shlex.quote(script)} new shop --yes"
    for number in (signal.SIGINT.value, signal.SIGHUP.value):
        assert subprocess.run(["bash", "-c", f"{command} {number}"], cwd=tmp_path, check=False).returncode == 7


def test_a_catalogue_is_a_table_for_people_and_typed_facts_for_programs(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    heading, *rows = _output(capsys, "backends").splitlines()
    redis, rpc = (next(row for row in rows if row.startswith(f"{kind} ")) for kind in ("redis", "rpc"))
    assert heading.split() == ["backend", "name", "chords", "readable", "why"]
    assert re.split(r" {2,}", redis)[:4] == ["redis", "Redis", "yes", "by any process"]
    assert re.split(r" {2,}", rpc)[2:4] == ["no", "by the sender"]
    facts = {command: json.loads(_output(capsys, command, "--json")) for command in CATALOGUES}
    assert {command: _types(rows) for command, rows in facts.items()} == {
        "components": {"component": str, "presets": list, "required": bool, "brings": str},
        "brokers": {"broker": str, "name": str, "dead_letters": bool, "priorities": str, "why": str},
        "backends": {
            "backend": str,
            "name": str,
            "chords": bool,
            "stores_results": bool,
            "reads_elsewhere": bool,
            "why": str,
        },
    }
    assert facts["components"][0]["presets"] == ["minimal", "standard", "full"]
    chords = {row["backend"]: row["chords"] for row in facts["backends"]}
    assert [chords[kind] for kind in ("redis", "postgresql", "rpc", "none")] == [True, True, False, False]
    dead_letters = {row["broker"]: row["dead_letters"] for row in facts["brokers"]}
    assert [dead_letters[kind] for kind in ("redis", "rabbitmq")] == [False, True]


def _types(rows: list[dict[str, object]]) -> dict[str, type]:
    (types,) = {tuple((key, type(value)) for key, value in row.items()) for row in rows}
    return dict(types)


CATALOGUES = ("components", "brokers", "backends")


@pytest.mark.parametrize("columns", [200, 80, 40, 20])
@pytest.mark.parametrize("command", CATALOGUES)
def test_a_catalogue_keeps_within_the_terminal(
    command: str,
    columns: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = json.loads(_output(capsys, command, "--json"))
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = _output(capsys, command).splitlines()
    assert max(map(len, lines)) <= columns
    shown = "".join("".join(lines).split())
    for row in words:
        assert "".join(row.popitem()[1].split()) in shown or columns == 200


def _output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
COMMANDS = (
    (("--help",), 0),
    (("brokers",), 0),
    (("new", "shop", "--yes", "--dry-run"), 0),
    (("new", "celery", "--yes"), 1),
)


@pytest.mark.parametrize(
    ("environment", "columns", "coloured"),
    [
        ({}, 80, True),
        ({"NO_COLOR": "1"}, 80, False),
        ({"TERM": "dumb"}, 80, False),
        ({"TERM": ""}, 80, False),
        ({"NO_COLOR": "1"}, 20, False),
        (ASCII, 80, True),
    ],
    ids=["colour", "NO_COLOR", "dumb", "no TERM", "narrow", "ascii"],
)
def test_a_terminal_is_shown_no_more_than_it_can(
    environment: dict[str, str],
    columns: int,
    coloured: bool,
    tmp_path: Path,
) -> None:
    for arguments, code in COMMANDS:
        terminal = Terminal(tmp_path, *arguments, columns=columns, environment=environment)
        assert terminal.end() == code, terminal.raw
        assert (b"\x1b" in terminal.raw) == (coloured and arguments != ("--help",)), arguments
        assert terminal.raw.isascii() or environment is not ASCII
        if arguments == ("brokers",):
            text = re.sub(rb"\x1b\[[0-9;]*m", b"", terminal.raw).decode()
            assert max(map(len, text.splitlines())) <= columns
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_sees_the_steps_and_what_to_type_next(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new", "shop", "--yes", "--no-git", "--queue", "mail")
    assert terminal.end() == 0
    lines = [" ".join(line.split()) for line in terminal.screen().splitlines()]
    assert re.fullmatch(r"rendering \d+ files …", lines[0])
    assert lines[1:3] == ["recording the pristine tree …", f"moving into {tmp_path}/shop …"]
    assert re.fullmatch(rf"made {tmp_path}/shop: \d+ files, Redis → Redis, 1 queue, base, .*", lines[3])
    assert lines[4:] == [
        "",
        "cd shop # the project",
        "make install # dependencies, with uv; commit the uv.lock that it makes",
        "make dev # worker, beat and a producer, no server needed",
        "make test # lint is `make lint`",
        "make up # the real stack: Redis in containers",
    ]


# --- standard output and error, whatever they are ------------------------------------------------------


def _shell(script: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Run a bash script in which `tool` is the command."""
    line = f'set -o pipefail; tool() {{ {shlex.quote(sys.executable)} -m celery_scaffold "$@"; }}\n{script}'
    return subprocess.run(["bash", "-c", line], cwd=directory, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("brokers --json", 0),
        ("brokers", 0),
        ("--help", 0),
        ("new --help", 0),
        ("--version", 0),
        ("new shop --yes --no-git --json", 0),
        ("new ../x --yes --json", 1),
        ("new ../x --yes", 1),
    ],
)
def test_whoever_stops_reading_changes_nothing(command: str, code: int, tmp_path: Path) -> None:
    ended = "{ tool " + command + "; code=$?; exit $code; } | { exec <&-; sleep 0.6; }"
    done = _shell(ended, tmp_path)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr
    assert os.listdir(tmp_path) == (["shop"] if "shop" in command else [])


@pytest.mark.parametrize(
    ("redirection", "code"),
    [("2>&-", 0), ("2>&- <&-", 0), ("2>/dev/full", 0), (">&- 2>&- <&-", 0), (">&-", 0), ("<&-", 0)],
)
def test_closed_streams_are_no_reason_to_fail(redirection: str, code: int, tmp_path: Path) -> None:
    done = _shell(f"tool new shop --yes {redirection}", tmp_path)
    assert done.returncode == code, done.stderr
    assert done.stdout == "", "what is for people does not go to standard output"
    assert os.listdir(tmp_path) == ["shop"]
    assert os.listdir(tmp_path / "shop" / ".git")
    missing = _shell(f"tool new other {redirection}", tmp_path)
    assert missing.returncode == 1, "nobody can be asked"


@pytest.mark.parametrize(
    ("redirection", "problem"), [("/dev/full", "no space left on device"), ("&-", "bad file descriptor")]
)
@pytest.mark.parametrize("command", ["brokers --json", "--help", "new shop --yes --json"])
def test_facts_that_cannot_be_written_are_a_line(command: str, redirection: str, problem: str, tmp_path: Path) -> None:
    done = _shell(f"tool {command} >{redirection}", tmp_path)
    assert done.stderr == (
        f"error: cannot write to standard output: {problem}\nhint: only the output is lost, nothing else\n"
    )
    assert done.returncode == 1


def test_the_completion_of_a_shell_is_written(tmp_path: Path) -> None:
    done = _shell("_CELERY_SCAFFOLD_COMPLETE=complete_bash COMP_WORDS='celery-scaffold ' COMP_CWORD=1 tool", tmp_path)
    assert "export-template" in done.stdout.split()
    assert done.returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["new", "shop", "--yes", "--broker", "\x1b[31mred\n"],
        ["new", "shop", "--yes", "--set", "\x1b[31m=1"],
        ["new", "shop", "--yes", "--set", "\x1b[31m"],
        ["new", "shop", "--yes", "--queue", "mail:\x1b[31m"],
        ["new", "shop", "--yes", "--queue", f"mail:{'x' * 9999}"],
        ["new", "shop", "--yes", "--queue", f"mail:pool={'x' * 9999}\u202e"],
        ["new", "shop", "--yes", "--with", "beat\x07"],
        ["new", "shop", "--yes", "--with", "x" * 9999],
        ["new", "shop", "--yes", "--answers", "no\x1b[31m\nwhere"],
        ["new", "shop", "--yes", "--answers", "x" * 9999],
        ["new", "shop", "--yes", f"--{'x' * 9999}"],
        ["new", "shop", "--yes", "--\x1b[31m"],
        ["new", "shop", "\x1b[31m"],
        ["\x1b[31m\n"],
        ["new", "shop", "--yes", "--set", f"max_attempts={'9' * 9999}"],
        ["new", "shop", "--yes", "--set", f"default_queue={'q' * 30}", *("--queue=" + f"queue{n}" for n in range(400))],
    ],
    ids=range(16),
)
def test_a_mistake_is_printable_and_short_whatever_was_typed(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    lines = capsys.readouterr().err.removesuffix("\n").split("\n")
    assert [line.partition(": ")[0] for line in lines] in (["error", "hint"], ["error"])
    assert [line for line in lines if not line.isprintable() or len(line) > 450] == []


def test_the_help_of_new_explains_every_setting(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The generated celery-scaffold.toml refers to it."""
    monkeypatch.setenv("COLUMNS", "100")
    text = _output(capsys, "new", "--help")
    for option in OPTIONS.values():
        assert f" {option.flag or {'name': 'NAME'}.get(option.key, option.key)} " in text
    settings = re.sub(r" +", " ", text.partition("Settings, for --set")[2].replace("\n", " "))
    assert "max_attempts runs of a task before it is given up, the first one included; 1 to 20 [default: 5]" in settings
    assert "timezone IANA time zone of crontab entries [default: UTC]" in settings
    assert [key for key, option in OPTIONS.items() if option.flag and f" {key} " in settings] == []


def test_json_holds_every_value_of_a_queue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queue = ("--queue", "mail:pool=threads,routes=shop.mail.*")
    assert main(["new", "shop", "--yes", "--dry-run", "--json", "--output-dir", str(tmp_path), *queue]) == 0
    assert json.loads(capsys.readouterr().out)["answers"]["queues"] == {
        "value": [
            {
                "name": "mail",
                "max_task_seconds": 60,
                "concurrency": 4,
                "pool": "threads",
                "priority": "normal",
                "rate_limit": "",
                "routes": ["shop.mail.*"],
            }
        ],
        "source": "flag",
    }


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("celery-scaffold 0.")


def test_no_command_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "export-template" in capsys.readouterr().out
