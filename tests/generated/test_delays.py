"""A delay that ends while RabbitMQ starts: the message is not held up for the three minutes of RabbitMQ's default.

When its time is up a message goes on to the next of the delay queues (kombu/transport/native_delayed_delivery.py). A
queue that comes back before the next one finds no route, and tries again when RabbitMQ's timeout for confirms has
passed: rabbit_fifo_dlx_worker.erl, `settle_timeout`. On one core that is idle one start in four did so, by 180.1 s.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from kombu.messaging import Producer
from kombu.transport import native_delayed_delivery as delays

from generated.owner import choose_free_ports, new
from generated.pairs import THIS_RUN, need_servers
from generated.stacks import Stack, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.docker, pytest.mark.slow]

WORK = Queue("work", Exchange("work", type="topic"), routing_key="work", queue_arguments={"x-queue-type": "quorum"})


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """RabbitMQ as a generated project starts it."""
    need_servers("rabbitmq", "none")
    project = new(tmp_path, "--broker", "rabbitmq", "--backend", "none", "--preset", "minimal")
    choose_free_ports(project)
    values = dict(re.findall(r"^(\w+)=(.*)$", (project / ".env").read_text(), re.MULTILINE))
    url = values["SHOP_BROKER_URL"].replace("${RABBITMQ_PASSWORD}", values["RABBITMQ_PASSWORD"])
    server = Stack(project, f"delays-{THIS_RUN}")
    try:
        server.compose("-f", "compose.yaml", "-f", "compose.dev.yaml", "up", "--wait", "--detach", "rabbitmq")
        with Connection(url) as connected:
            yield connected
    finally:
        server.down()


def test_what_found_no_queue_is_sent_on_again_within_seconds(connection: Connection) -> None:
    delays.declare_native_delayed_delivery_exchanges_and_queues(connection, "quorum")
    work = WORK.bind(connection.default_channel)
    work.declare()
    entrance = Exchange(delays.level_name(delays.MAX_LEVEL), type="topic")
    producer = Producer(connection.default_channel, exchange=entrance)
    producer.publish("late", routing_key=delays.calculate_routing_key(1, "work"), delivery_mode=2)
    time.sleep(3)  # Its second is over, and nothing leads to the queue.
    delays.bind_queue_to_native_delayed_delivery_exchange(connection, WORK)
    assert work.get(no_ack=True) is None
    wait_for(lambda: work.get(no_ack=True) is not None, 25, "the message comes")
