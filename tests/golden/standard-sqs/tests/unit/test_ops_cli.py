"""The command line: usage, exit codes, and mistakes in one line."""

from argparse import Namespace

import pytest

from standard_sqs.ops import cli, queues
from standard_sqs.ops.console import PROGRAM, OperatorError

COMMANDS = (
    "health",
    "queues",
    "send",
    "purge",
    "create-queues",
    "worker",
    "beat",
    "dev",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])
    assert end.value.code == 0
    assert f"usage: {PROGRAM} {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["health", "--timeout", "0"], "'0' is not a positive number of seconds"),
        (["health", "--timeout", "nan"], "'nan' is not a positive number of seconds"),
        (["health", "--", "--pool=solo"], "only worker"),
        (["send", "task", "--args", "{}"], "'{}' is not a list"),
        (["send", "task", "--kwargs", "[]"], "'[]' is not an object"),
        (["send", "task", "--args", "["], "'[' is not JSON"),
        (["send", "task", "--countdown", "1.5"], "'1.5' is not a whole number"),
        (["send", "task", "--countdown", "999999999"], "is not a whole number from 1 to"),
    ],
)
def test_wrong_usage_is_explained_and_ends_with_2(
    argv: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(argv)
    assert end.value.code == 2
    assert complaint in capsys.readouterr().err


def test_a_mistake_is_one_line_and_a_hint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Namespace) -> int:
        raise OperatorError("it broke", "mend it", 1)

    monkeypatch.setattr(queues, "run", fail)
    assert cli.main(["queues"]) == 1
    assert capsys.readouterr().err == "error: it broke\nhint: mend it\n"


def test_ctrl_c_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(queues, "run", interrupt)
    assert cli.main(["queues"]) == 130
