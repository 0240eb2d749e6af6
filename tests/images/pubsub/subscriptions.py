"""Topics and subscriptions in memory: what Pub/Sub documents about leases, redelivery and dead letters.

A message that is pulled is leased until its acknowledgement deadline; then it is delivered again. A deadline of 0
returns it at once. After `max_delivery_attempts` it goes to the dead letter topic. On a subscription with exactly-once
delivery, an acknowledgement id that is no longer good is an error; on any other it is ignored.
"""

from __future__ import annotations

import itertools
import re
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timezone
from threading import Condition
from typing import TYPE_CHECKING

from google.pubsub_v1.types import PubsubMessage, ReceivedMessage, Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_FILTER = re.compile(r'attributes\.(\w+) ?= ?"([^"]*)"')


class ExpiredError(Exception):
    """Acknowledgement ids that mean nothing any more."""

    def __init__(self, ack_ids: list[str]) -> None:
        super().__init__(f"{len(ack_ids)} acknowledgement ids have expired")
        self.ack_ids = ack_ids


@dataclass
class Delivery:
    """A message in one subscription."""

    message: PubsubMessage
    attempts: int = 0
    ends: float = 0.0


@dataclass
class Queue:
    """One subscription: what waits, and what is leased."""

    settings: Subscription
    waiting: deque[Delivery] = field(default_factory=deque)
    leased: dict[str, Delivery] = field(default_factory=dict)

    def takes(self, message: PubsubMessage) -> bool:
        """Whether the filter lets a message in; of Pub/Sub's filters, equality of one attribute."""
        if not self.settings.filter:
            return True
        match = _FILTER.fullmatch(self.settings.filter)
        if match is None:
            raise NotImplementedError(f"the filter {self.settings.filter!r}")
        return bool(message.attributes.get(match[1]) == match[2])

    @property
    def most_attempts(self) -> int:
        """Deliveries until a message is a dead letter; 0 for no limit."""
        policy = self.settings.dead_letter_policy
        return (policy.max_delivery_attempts or 5) if policy.dead_letter_topic else 0

    def seek(self, moment: datetime) -> None:
        """Acknowledge all that was published before."""
        self.waiting = deque(one for one in self.waiting if one.message.publish_time >= moment)
        self.leased = {key: one for key, one in self.leased.items() if one.message.publish_time >= moment}


class Store:
    """All topics and subscriptions, by their full names; one lock for all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.topics: set[str] = set()
        self.queues: dict[str, Queue] = {}
        self.changed = Condition()
        self._clock = clock
        self._numbers = itertools.count(1)

    def publish(self, topic: str, messages: Iterable[PubsubMessage]) -> list[str]:
        """Give each message to every subscription of the topic; their ids."""
        with self.changed:
            if topic not in self.topics:
                raise KeyError(topic)
            ids = [self._publish(topic, message) for message in messages]
            self.changed.notify_all()
        return ids

    def _publish(self, topic: str, message: PubsubMessage) -> str:
        message.message_id = str(next(self._numbers))
        message.publish_time = datetime.now(timezone.utc)
        for queue in self.queues.values():
            if queue.settings.topic == topic and queue.takes(message):
                queue.waiting.append(Delivery(message))
        return str(message.message_id)

    def pull(self, name: str, most: int, seconds: float, is_wanted: Callable[[], bool]) -> list[ReceivedMessage]:
        """Lease up to `most` messages; wait so long for the first, as long as somebody wants it."""
        ends = self._clock() + seconds
        with self.changed:
            while is_wanted():
                messages = self._lease(self.queues[name], most)
                if messages or self._clock() >= ends:
                    return messages
                # Leases end without a notice.
                self.changed.wait(min(0.1, max(0.0, ends - self._clock())))
        return []

    def _lease(self, queue: Queue, most: int) -> list[ReceivedMessage]:
        self._return_expired(queue)
        leased: list[ReceivedMessage] = []
        while queue.waiting and len(leased) < most:
            delivery = queue.waiting.popleft()
            if 0 < queue.most_attempts <= delivery.attempts:
                self._bury(queue, delivery)
                continue
            delivery.attempts += 1
            delivery.ends = self._clock() + queue.settings.ack_deadline_seconds
            ack_id = f"{delivery.message.message_id}-{next(self._numbers)}"
            queue.leased[ack_id] = delivery
            attempts = delivery.attempts if queue.most_attempts else 0
            leased.append(ReceivedMessage(ack_id=ack_id, message=delivery.message, delivery_attempt=attempts))
        return leased

    def _return_expired(self, queue: Queue) -> None:
        now = self._clock()
        for ack_id in [key for key, delivery in queue.leased.items() if delivery.ends <= now]:
            queue.waiting.appendleft(queue.leased.pop(ack_id))

    def _bury(self, queue: Queue, delivery: Delivery) -> None:
        letter = PubsubMessage(data=delivery.message.data, attributes=dict(delivery.message.attributes))
        letter.attributes["CloudPubSubDeadLetterSourceSubscription"] = queue.settings.name.rpartition("/")[2]
        letter.attributes["CloudPubSubDeadLetterSourceDeliveryCount"] = str(delivery.attempts)
        topic = queue.settings.dead_letter_policy.dead_letter_topic
        if topic in self.topics:
            self._publish(topic, letter)

    def acknowledge(self, name: str, ack_ids: Iterable[str]) -> None:
        """Forget messages."""
        self._each(name, ack_ids, lambda queue, ack_id: queue.leased.pop(ack_id))

    def extend(self, name: str, ack_ids: Iterable[str], seconds: int) -> None:
        """Lease messages for so long from now; 0 returns them."""

        def extend(queue: Queue, ack_id: str) -> None:
            if seconds:
                queue.leased[ack_id].ends = self._clock() + seconds
            else:
                queue.waiting.appendleft(queue.leased.pop(ack_id))

        self._each(name, ack_ids, extend)

    def _each(self, name: str, ack_ids: Iterable[str], act: Callable[[Queue, str], object]) -> None:
        with self.changed:
            queue = self.queues[name]
            self._return_expired(queue)
            ids = list(ack_ids)
            expired = [ack_id for ack_id in ids if ack_id not in queue.leased]
            for ack_id in ids:
                if ack_id in queue.leased:
                    act(queue, ack_id)
            self.changed.notify_all()
        if expired and queue.settings.enable_exactly_once_delivery:
            raise ExpiredError(expired)
