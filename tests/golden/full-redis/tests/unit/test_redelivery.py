"""What a lost connection leaves behind is made good on the next one."""

from types import SimpleNamespace
from typing import Any

import pytest
from kombu.transport.virtual import QoS

from full_redis.worker.redelivery import Deliveries


class Unacknowledged(QoS):
    """kombu's count of what is unacknowledged, and what the one for this server adds."""

    restore_at_shutdown = False

    def append(self, message: Any, delivery_tag: str) -> None:
        self.channel.say("write", delivery_tag)
        super().append(message, delivery_tag)

    def restore_by_tag(self, tag: str) -> None:
        self.channel.say("return", tag)

    def __len__(self) -> int:
        return len(self._delivered)


class Channel:
    """A channel to a server that can be away."""

    do_restore = True

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.away = False
        self.qos = Unacknowledged(self)

    def basic_ack(self, delivery_tag: str, *, multiple: bool) -> None:
        assert not multiple
        self.say("ack", delivery_tag)

    def basic_reject(self, delivery_tag: str, *, requeue: bool) -> None:
        self.say("requeue" if requeue else "reject", delivery_tag)

    def say(self, word: str, tag: str) -> None:
        if self.away:
            raise ConnectionError("the server is away")
        self.said.append((word, tag))


@pytest.fixture
def lost() -> Channel:
    """The first connection."""
    return Channel()


@pytest.fixture
def deliveries(lost: Channel) -> Deliveries:
    """Four messages that came with it."""
    deliveries = Deliveries((ConnectionError,))
    deliveries.connect(lost)
    for tag in ("one", "two", "three", "four"):
        message: Any = SimpleNamespace(delivery_tag=tag, channel=lost)
        assert deliveries.receive(message)
        assert message.channel is deliveries
    return deliveries


def test_what_has_not_begun_returns_to_the_front_of_its_queue(
    deliveries: Deliveries, lost: Channel
) -> None:
    deliveries.basic_ack("two")
    deliveries.disconnect({"one"})
    deliveries.connect(new := Channel())
    assert lost.said == [("ack", "two")]
    assert new.said == [("return", "four"), ("return", "three")]
    assert len(new.qos) == 1, "what runs counts as prefetched"


def test_kombu_does_not_return_it_as_well(deliveries: Deliveries, lost: Channel) -> None:
    deliveries.disconnect(set())
    assert lost.do_restore is False


def test_what_ends_between_two_connections_is_settled_on_the_next(
    deliveries: Deliveries, lost: Channel
) -> None:
    deliveries.disconnect({"three", "four"})
    deliveries.basic_ack("one")
    deliveries.basic_reject("two", requeue=True)
    deliveries.connect(new := Channel())
    deliveries.basic_reject("three")
    assert lost.said == []
    assert new.said == [("ack", "one"), ("requeue", "two"), ("reject", "three")]


def test_what_ended_between_two_connections_may_say_so_later(
    deliveries: Deliveries,
) -> None:
    for _ in range(2):
        deliveries.disconnect({"one"})
        deliveries.connect(new := Channel())
    deliveries.disconnect(set())
    deliveries.connect(new := Channel())
    assert new.said == []
    deliveries.basic_ack("one")
    assert new.said == [("ack", "one")]


def test_what_the_server_did_not_hear_is_said_again(deliveries: Deliveries, lost: Channel) -> None:
    lost.away = True
    deliveries.basic_ack("one")
    deliveries.disconnect(set())
    deliveries.connect(new := Channel())
    assert new.said == [("return", tag) for tag in ("four", "three", "two")] + [("ack", "one")]


def test_a_message_that_the_server_had_given_away_is_put_back(
    deliveries: Deliveries, lost: Channel
) -> None:
    lost.away = True
    message: Any = SimpleNamespace(delivery_tag="five", channel=lost)
    with pytest.raises(ConnectionError):
        lost.qos.append(message, "five")
    deliveries.disconnect({"one", "two", "three", "four"})
    deliveries.connect(new := Channel())
    assert new.said == [("write", "five"), ("requeue", "five")]


def test_what_a_connection_brings_while_it_is_closed_does_not_begin(
    deliveries: Deliveries, lost: Channel
) -> None:
    deliveries.disconnect({"one", "two", "three", "four"})
    message: Any = SimpleNamespace(delivery_tag="five", channel=lost)
    assert not deliveries.receive(message)
    deliveries.connect(new := Channel())
    assert new.said == [("return", "five")]


def test_nothing_is_forgotten_when_the_next_connection_is_lost_too(
    deliveries: Deliveries,
) -> None:
    deliveries.disconnect({"two"})
    deliveries.basic_ack("one")
    second = Channel()
    second.away = True
    for _ in range(2):
        with pytest.raises(ConnectionError):
            deliveries.connect(second)
        deliveries.disconnect({"two"})
    assert second.do_restore is False
    deliveries.connect(third := Channel())
    assert third.said == [("return", "four"), ("return", "three"), ("ack", "one")]
    assert len(third.qos) == 1
