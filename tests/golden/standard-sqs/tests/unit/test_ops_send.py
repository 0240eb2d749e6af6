"""A task is checked before it is sent."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery.result import AsyncResult

from standard_sqs.app import app
from standard_sqs.ops import cli
from standard_sqs.topology import DEFAULT_QUEUE

from tests.in_process import in_memory

TASK = "standard_sqs.ops_test.echo"


@pytest.fixture(autouse=True)
def echo() -> Iterator[None]:
    """A task that stays when the examples go."""

    @app.task(name=TASK)
    def echo(text: str) -> tuple[str, bytes]:
        return text, b"\xff"  # which JSON could not carry, nor can it be printed as such

    yield
    del app.tasks[TASK]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What would have been sent."""
    messages: list[dict[str, Any]] = []

    def send(name: str, args: Any = None, kwargs: Any = None, **options: Any) -> AsyncResult:
        messages.append({"name": name, "args": args, "kwargs": kwargs, **options})
        return app.AsyncResult("the-id")

    monkeypatch.setattr(app, "send_task", send)
    with in_memory(app):
        yield messages


def test_a_task_is_sent_and_its_id_is_printed(
    sent: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["send", TASK, "--kwargs", '{"text": "hi"}', "--queue", DEFAULT_QUEUE.key]
    assert cli.main([*argv, "--countdown", "3"]) == 0
    assert capsys.readouterr().out == "the-id\n"
    message = sent[0]
    assert (message["name"], message["kwargs"]) == (TASK, {"text": "hi"})
    assert message["queue"] == DEFAULT_QUEUE.name
    assert message["countdown"] == 3


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        ([f"{TASK}x"], f"hint: did you mean {TASK}"),
        ([TASK], "missing 1 required positional argument"),
        ([TASK, "--args", '["a", "b"]'], "takes 1 positional argument but 2 were given"),
        ([TASK, "--args", '["a"]', "--queue", f"{DEFAULT_QUEUE.key}x"], "hint: did you mean"),
    ],
)
def test_a_mistake_is_found_before_anything_is_sent(
    sent: list[dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
    argv: list[str],
    complaint: str,
) -> None:
    assert cli.main(["send", *argv]) == 2
    assert complaint in capsys.readouterr().err
    assert sent == []


@pytest.mark.usefixtures("worker")
def test_wait_prints_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["send", TASK, "--args", '["hi"]', "--wait", "10"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [r"""["hi", "b'\\xff'"]"""]


def test_no_result_in_time_is_a_failure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(app, "send_task")  # see conftest.py
    with in_memory(app):
        assert cli.main(["send", TASK, "--args", '["hi"]', "--wait", "0.2"]) == 1
    assert capsys.readouterr().err == "no result within 0.2 s; the task goes on\n"
