"""SQS counts what is ready, delivered and delayed; the figures of a queue come in one answer."""

from types import SimpleNamespace
from typing import Any

from standard_sqs.ops.backlog import Backlog, Depths, read_depths
from standard_sqs.topology import DEAD_LETTER_QUEUE, DEFAULT_QUEUE


def test_the_figures_are_told_apart_and_the_dead_letters_are_counted() -> None:
    def attributes(name: str, *wanted: str) -> dict[str, str]:
        assert wanted == tuple(answer)
        return answer if name == DEFAULT_QUEUE.name else dict.fromkeys(wanted, "4")

    answer = {
        "ApproximateNumberOfMessages": "1",
        "ApproximateNumberOfMessagesNotVisible": "2",
        "ApproximateNumberOfMessagesDelayed": "3",
    }
    connection: Any = SimpleNamespace(default_channel=SimpleNamespace(attributes=attributes))
    depths = read_depths(connection, [DEFAULT_QUEUE.name])
    assert depths == Depths({DEFAULT_QUEUE.name: Backlog(1, 2, 3)}, dead_letters=4)
    assert depths.facts() == {"delayed": 3, "dead_letters": 4}
    assert depths.notes()[1] == f"dead letters in {DEAD_LETTER_QUEUE}: 4"
