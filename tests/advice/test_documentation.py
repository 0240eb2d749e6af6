"""What Celery's documentation advises, on real servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery

from advice.countdowns import seconds_behind_a_countdown
from advice.servers import RABBITMQ, REDIS, redis, server

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.docker, pytest.mark.slow]

DEFAULT, WANTED = 3600, 43_200
TASKS = 300


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ({"visibility_timeout": WANTED, "result_backend_transport_options": {"visibility_timeout": WANTED}}, DEFAULT),
        ({"broker_transport_options": {"visibility_timeout": WANTED}}, WANTED),
    ],
)
def test_the_visibility_timeout_counts_in_one_of_the_three_places(settings: dict[str, Any], seen: int) -> None:
    with server(REDIS) as (_, address):
        app = Celery(broker=f"redis://{address}/0", backend=f"redis://{address}/1")
        app.conf.update(settings)
        with app.connection_for_read() as connection:
            assert connection.default_channel.visibility_timeout == seen


@pytest.mark.parametrize(("policy", "left"), [("allkeys-lru", 0), ("noeviction", TASKS)])
def test_allkeys_lru_throws_a_waiting_queue_away_and_noeviction_does_not(policy: str, left: int) -> None:
    with server(REDIS, "redis-server", "--maxmemory", "20mb", "--maxmemory-policy", policy) as (name, address):
        app = Celery(broker=f"redis://{address}/0")
        for _ in range(TASKS):
            app.send_task("any", kwargs={"text": "x" * 1000})
        assert redis(name, "LLEN", "celery") == str(TASKS)
        fill = "for n = 1, 400 do redis.pcall('SET', 'cache' .. n, string.rep('x', 100000)) end return 'done'"
        for _ in range(5):
            redis(name, "EVAL", fill, "0")
        assert redis(name, "LLEN", "celery") == str(left)


def test_a_countdown_blocks_a_quorum_queue_on_a_direct_exchange(tmp_path: Path) -> None:
    quorum = "Queue('my-queue', {}queue_arguments={{'x-queue-type': 'quorum'}})"
    advised = "app.conf.task_queues = [" + quorum.format("") + "]"
    instead = "app.conf.task_queues = [" + quorum.format("Exchange('work', 'topic'), routing_key='my-queue', ") + "]"
    with server(RABBITMQ) as (_, address):
        assert seconds_behind_a_countdown(tmp_path / "advised", address, advised) > 5
        assert seconds_behind_a_countdown(tmp_path / "instead", address, instead) < 5
