"""The stand-in for Pub/Sub does what Google documents; what is run on it means nothing otherwise."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pubsub = pytest.importorskip("google.pubsub_v1.types", reason="celery[gcpubsub] is not installed")
sys.path.insert(0, str(Path(__file__).parent / "images" / "pubsub"))

from subscriptions import ExpiredError, Queue, Store  # noqa: E402  it stands in an image's folder

if TYPE_CHECKING:
    from collections.abc import Callable

LEASE = 10


@dataclass
class Clock:
    """Time that passes when a test says so. Seconds."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> Store:
    store = Store(clock)
    store.topics |= {"topic", "dead"}
    return store


@pytest.fixture
def subscribe(store: Store) -> Callable[..., None]:
    def subscribe(name: str = "queue", topic: str = "topic", **settings: Any) -> None:
        subscription = pubsub.Subscription(name=name, topic=topic, ack_deadline_seconds=LEASE, **settings)
        store.queues[name] = Queue(subscription)

    return subscribe


def publish(store: Store, *texts: str, **attributes: str) -> None:
    store.publish("topic", [pubsub.PubsubMessage(data=text.encode(), attributes=attributes) for text in texts])


def pull(store: Store, name: str = "queue", most: int = 10) -> list[tuple[str, str]]:
    received = store.pull(name, most, 0, lambda: True)
    return [(one.message.data.decode(), one.ack_id) for one in received]


def test_each_subscription_has_its_own_copy_and_no_pull_brings_more_than_asked(
    store: Store, subscribe: Callable[..., None]
) -> None:
    subscribe()
    subscribe("other")
    publish(store, "a", "b", "c")
    assert [text for text, _ in pull(store, most=2)] == ["a", "b"]
    assert [text for text, _ in pull(store)] == ["c"]
    assert [text for text, _ in pull(store, "other")] == ["a", "b", "c"]


def test_a_message_is_hidden_while_its_lease_lasts_and_comes_back_after_it(
    store: Store, subscribe: Callable[..., None], clock: Clock
) -> None:
    subscribe()
    publish(store, "a")
    ((_, ack_id),) = pull(store)
    clock.now = LEASE - 1
    store.extend("queue", [ack_id], LEASE)
    clock.now += LEASE - 1
    assert pull(store) == []
    clock.now += 1
    assert [text for text, _ in pull(store)] == ["a"]


def test_a_message_returns_at_once_with_a_deadline_of_nothing(store: Store, subscribe: Callable[..., None]) -> None:
    subscribe()
    publish(store, "a")
    ((_, ack_id),) = pull(store)
    store.extend("queue", [ack_id], 0)
    assert [text for text, _ in pull(store)] == ["a"]


@pytest.mark.parametrize("exactly_once", [True, False])
def test_an_old_acknowledgement_is_an_error_with_exactly_once_delivery_only(
    store: Store, subscribe: Callable[..., None], clock: Clock, *, exactly_once: bool
) -> None:
    subscribe(enable_exactly_once_delivery=exactly_once)
    publish(store, "a")
    ((_, ack_id),) = pull(store)
    clock.now = LEASE
    if exactly_once:
        with pytest.raises(ExpiredError):
            store.acknowledge("queue", [ack_id])
    else:
        store.acknowledge("queue", [ack_id])
    assert [text for text, _ in pull(store)] == ["a"]


def test_what_is_delivered_too_often_goes_to_the_dead_letters(store: Store, subscribe: Callable[..., None]) -> None:
    policy = {"dead_letter_topic": "dead", "max_delivery_attempts": 5}
    subscribe(dead_letter_policy=policy)
    subscribe("dead letters", "dead")
    publish(store, "a")
    for _ in range(5):
        ((_, ack_id),) = pull(store)
        store.extend("queue", [ack_id], 0)
    assert pull(store) == []
    assert [text for text, _ in pull(store, "dead letters")] == ["a"]


def test_a_filter_takes_what_it_names(store: Store, subscribe: Callable[..., None]) -> None:
    subscribe(filter='attributes.routing_key="here"')
    publish(store, "a", routing_key="here")
    publish(store, "b", routing_key="there")
    assert [text for text, _ in pull(store)] == ["a"]


def test_seeking_drops_what_was_published_before(store: Store, subscribe: Callable[..., None]) -> None:
    subscribe()
    publish(store, "a", "b")
    pull(store, most=1)
    store.queues["queue"].seek(datetime.now(timezone.utc))
    assert (pull(store), store.queues["queue"].leased) == ([], {})
