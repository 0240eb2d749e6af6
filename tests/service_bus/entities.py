"""Queues whose messages are locked, not removed, until they are settled."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID, uuid4

_SEQUENCE = count(1)


@dataclass
class Stored:
    """A message in a queue. Times are seconds since the epoch.

    Attributes:
        message: what was sent, as the AMQP library decodes it.
        visible_at: it is not delivered before.
        locked_until: nobody else gets it before; 0 when it is not locked.
        lock: the token of that lock.
        deliveries: how often a receiver had it in vain.
        reason: why it is among the dead letters.
        source: the queue that it was in before.
    """

    message: Any
    visible_at: float
    locked_until: float = 0.0
    lock: UUID | None = None
    deliveries: int = 0
    reason: str = ""
    source: str = ""
    sequence: int = field(default_factory=lambda: next(_SEQUENCE))
    enqueued: float = field(default_factory=time.time)


@dataclass
class Session:
    """A session of a queue: its state, and who has locked it until when."""

    state: bytes | None = None
    holder: Any = None
    locked_until: float = 0.0


@dataclass
class Queue:
    """A queue, or the sub-queue of its dead letters, which has none itself.

    Attributes:
        name: as it was made.
        lock_duration: seconds, of messages and sessions.
        max_deliveries: in vain; then a message is a dead letter.
        forwards_to: the queue of its dead letters; without one, they are in the sub-queue.
        description: what the management client said about it.
    """

    name: str
    lock_duration: float = 60.0
    max_deliveries: int = 10
    forwards_to: Queue | None = None
    description: str = ""
    messages: list[Stored] = field(default_factory=list)
    dead_letters: Queue | None = None
    sessions: dict[str, Session] = field(default_factory=lambda: defaultdict(Session))

    def put(self, message: Any, visible_at: float = 0.0) -> None:
        """Add a message, to be delivered from a time on."""
        self.messages.append(Stored(message, visible_at))

    def take(self, *, lock: bool = True) -> Stored | None:
        """The oldest message that is to be delivered: locked, or removed."""
        now = time.time()
        self._unlock(now)
        stored = next((one for one in self.messages if one.visible_at <= now and one.lock is None), None)
        if stored and lock:
            stored.lock, stored.locked_until = uuid4(), now + self.lock_duration
        elif stored:
            self.messages.remove(stored)
        return stored

    def renew(self, token: UUID) -> float | None:
        """Lock a message anew; None if its lock is lost."""
        stored = self._locked(token)
        if stored is None:
            return None
        stored.locked_until = time.time() + self.lock_duration
        return stored.locked_until

    def complete(self, token: UUID) -> bool:
        """Remove a message; whether its lock still was there."""
        stored = self._locked(token)
        if stored:
            self.messages.remove(stored)
        return stored is not None

    def release(self, token: UUID, *, failed: bool) -> bool:
        """Give a message back; `failed` counts as a delivery."""
        stored = self._locked(token)
        if stored:
            self._give_back(stored, failed=failed)
        return stored is not None

    def bury(self, token: UUID, reason: str) -> bool:
        """Move a message to the dead letters."""
        stored = self._locked(token)
        if stored:
            self._bury(stored, reason)
        return stored is not None

    def lock_session(self, name: str, holder: Any) -> float | None:
        """Lock a session for a link; None if another has it."""
        session = self.sessions[name]
        if session.holder not in (None, holder) and session.locked_until > time.time():
            return None
        session.holder, session.locked_until = holder, time.time() + self.lock_duration
        return session.locked_until

    def unlock_sessions(self, holder: Any) -> None:
        """Do without a link that is gone."""
        for session in self.sessions.values():
            if session.holder == holder:
                session.holder = None

    def counts(self) -> dict[str, int]:
        """What the management client calls the details of the message count."""
        now = time.time()
        scheduled = sum(one.visible_at > now for one in self.messages)
        return {
            "ActiveMessageCount": len(self.messages) - scheduled,
            "DeadLetterMessageCount": len(self.dead_letters.messages) if self.dead_letters else 0,
            "ScheduledMessageCount": scheduled,
            "TransferMessageCount": 0,
            "TransferDeadLetterMessageCount": 0,
        }

    def _locked(self, token: UUID) -> Stored | None:
        self._unlock(time.time())
        return next((one for one in self.messages if one.lock == token), None)

    def _unlock(self, now: float) -> None:
        for stored in [one for one in self.messages if one.lock and one.locked_until <= now]:
            self._give_back(stored, failed=True)

    def _give_back(self, stored: Stored, *, failed: bool) -> None:
        stored.lock, stored.locked_until = None, 0.0
        stored.deliveries += failed
        if stored.deliveries >= self.max_deliveries:
            self._bury(stored, "MaxDeliveryCountExceeded")

    def _bury(self, stored: Stored, reason: str) -> None:
        self.messages.remove(stored)
        stored.lock, stored.locked_until, stored.reason, stored.source = None, 0.0, reason, self.name
        target = self.forwards_to or self.dead_letters
        if target is not None:
            stored.deliveries = 0 if self.forwards_to else stored.deliveries
            target.messages.append(stored)


class Namespace:
    """Queues by name, whose case does not count."""

    def __init__(self) -> None:
        self._queues: dict[str, Queue] = {}

    def create(self, name: str, description: str) -> Queue:
        """Make a queue, or change what one is like."""
        queue = self._queues.setdefault(name.lower(), Queue(name))
        queue.description = description
        # The dead letters are never given up.
        queue.dead_letters = queue.dead_letters or Queue(f"{name}/$DeadLetterQueue", max_deliveries=1_000_000)
        return queue

    def find(self, address: str) -> Queue | None:
        """The queue of an address, or its dead letters; None if there is none."""
        name, _, sub_queue = address.strip("/").partition("/")
        queue = self._queues.get(name.lower())
        return queue.dead_letters if queue and sub_queue.lower() == "$deadletterqueue" else queue

    def delete(self, name: str) -> bool:
        """Remove a queue; whether there was one."""
        return self._queues.pop(name.lower(), None) is not None

    def names(self) -> list[str]:
        """All queues."""
        return sorted(queue.name for queue in self._queues.values())
