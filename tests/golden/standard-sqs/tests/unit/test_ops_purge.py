"""A queue is purged only by someone who means it."""

import sys
from collections.abc import Iterator

import pytest

from standard_sqs.app import app
from standard_sqs.ops import cli
from standard_sqs.topology import DEAD_LETTER_QUEUE, DEFAULT_QUEUE, Priority

from tests.in_process import in_memory


@pytest.fixture(autouse=True)
def messages() -> Iterator[None]:
    """Three messages wait in the default queue."""
    queue = app.amqp.queues[DEFAULT_QUEUE.name]
    with in_memory(app), app.connection_for_write() as connection:
        producer = connection.Producer()
        for priority in [Priority.NORMAL] * 3:
            producer.publish(
                "x",
                exchange=queue.exchange,
                routing_key=queue.routing_key,
                declare=[queue],
                priority=priority,
            )
        yield


def waiting() -> int:
    with app.connection_for_read() as connection:
        state = connection.default_channel.queue_declare(DEFAULT_QUEUE.name, passive=True)
    return int(state.message_count)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Somebody at a terminal, who types the last line of the list."""
    typed = [""]
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: typed[-1])
    return typed


def test_yes_purges_without_asking(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["purge", DEFAULT_QUEUE.key, "--yes"]) == 0
    assert capsys.readouterr().out == f"3 removed from {DEFAULT_QUEUE.name}\n"
    assert waiting() == 0


def test_without_a_terminal_it_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert cli.main(["purge", DEFAULT_QUEUE.key]) == 2
    assert "hint: add --yes" in capsys.readouterr().err
    assert waiting() == 3


@pytest.mark.parametrize(
    ("answer", "code", "left"),
    [(DEFAULT_QUEUE.key, 0, 0), ("yes", 1, 3), ("", 1, 3)],
)
def test_only_the_name_of_the_queue_confirms(
    terminal: list[str], answer: str, code: int, left: int
) -> None:
    terminal.append(answer)
    assert cli.main(["purge", DEFAULT_QUEUE.key]) == code
    assert waiting() == left


def test_dead_letters_are_purged_by_their_short_name(capsys: pytest.CaptureFixture[str]) -> None:
    with app.connection_for_write() as connection:
        connection.default_channel.queue_declare(DEAD_LETTER_QUEUE)
        connection.Producer().publish("x", routing_key=DEAD_LETTER_QUEUE)
    assert cli.main(["purge", "dead-letters", "--yes"]) == 0
    assert capsys.readouterr().out == f"1 removed from {DEAD_LETTER_QUEUE}\n"
    assert waiting() == 3
