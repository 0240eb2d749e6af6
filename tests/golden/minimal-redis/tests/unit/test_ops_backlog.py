"""Unacked messages are counted for the queue they came from."""

import json
from datetime import datetime, timedelta, timezone
from time import time

import pytest

from minimal_redis.ops.backlog import _delivery, _queue_of_route
from minimal_redis.topology import DEFAULT_QUEUE

EXCHANGE = "minimal-redis"
LATER = datetime.now(timezone.utc) + timedelta(hours=1)
PAST = datetime.now(timezone.utc) - timedelta(hours=1)


@pytest.mark.parametrize("exchange", [EXCHANGE, ""])
@pytest.mark.parametrize(
    ("eta", "held"),
    [
        (None, False),
        (PAST.isoformat(), False),
        (LATER.isoformat(), True),
        ("2000-01-01T00:00:00", False),
        ("2100-01-01T00:00:00", True),
        ("2100-01-01T00:00:00Z", True),
    ],
)
def test_a_message_is_held_until_its_time(exchange: str, eta: str | None, *, held: bool) -> None:
    message = {"body": "", "headers": {"eta": eta}, "properties": {}}
    entry = json.dumps([message, exchange, DEFAULT_QUEUE.name]).encode()
    delivery = _delivery(entry, time() - 30, _queue_of_route())
    assert (delivery.queue, delivery.held) == (DEFAULT_QUEUE.name, held)
    assert 29 < delivery.age < 40


def test_a_message_of_somebody_else_belongs_to_no_queue() -> None:
    entry = json.dumps([{"headers": {}}, "foreign", "key"]).encode()
    assert _delivery(entry, time(), _queue_of_route()).queue == ""
