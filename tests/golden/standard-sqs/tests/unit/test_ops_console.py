"""What people read and type."""

import pytest

from standard_sqs.ops.console import OperatorError, nearest, one_line, queue_named, table
from standard_sqs.topology import DEFAULT_QUEUE


def test_a_table_has_its_columns_in_line_and_numbers_to_the_right() -> None:
    rows = [["long-name", 7, None], ["b", 100, "x"]]
    assert table(["queue", "n", "note"], rows).splitlines() == [
        "queue        n  note",
        "long-name    7  -",
        "b          100  x",
    ]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("first\nsecond"), "first"),
        (ValueError(), "ValueError"),
        (OSError("redis://user:p@ss@host:1/0 is down"), "redis://**@host:1/0 is down"),
    ],
)
def test_an_error_is_one_line_without_credentials(error: Exception, line: str) -> None:
    assert one_line(error) == line


@pytest.mark.parametrize("name", [DEFAULT_QUEUE.key, DEFAULT_QUEUE.name])
def test_a_queue_is_known_by_its_short_and_its_full_name(name: str) -> None:
    assert queue_named(name) is DEFAULT_QUEUE


def test_an_unknown_queue_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(OperatorError) as refusal:
        queue_named(f"{DEFAULT_QUEUE.key}x")
    assert DEFAULT_QUEUE.key in refusal.value.hint


def test_without_a_near_name_the_hint_is_all_of_them() -> None:
    assert nearest("zzz", ["b", "a"]) == "known: a, b"
