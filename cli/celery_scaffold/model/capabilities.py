"""What brokers and backends can be compared by: one topic a row of the matrix, one typed value with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Union

Value = Union[bool, int, str]


class Topic(str, Enum):
    """What a capability is about; the value is the word in `--json` and in the matrix."""

    # of brokers
    REMOTE_CONTROL = "remote control"
    EVENTS = "events"
    PRIORITY = "priority"
    DELAY = "delay"
    DEAD_LETTERS = "dead letters"
    FAN_OUT = "fan-out"
    ACKNOWLEDGEMENT = "acknowledgement"
    REDELIVERY = "redelivery"
    LONGEST_VISIBILITY = "longest visibility"
    REPLY_QUEUES = "reply queues"
    # of backends
    CHORDS = "chords"
    EXPIRY = "expiry"
    READERS = "readers"
    WAITING = "waiting"
    ATOMIC_COUNTER = "atomic counter"
    IN_MEMORY = "in memory"
    # of both
    TLS = "TLS"
    AUTHENTICATION = "authentication"
    MESSAGE_SIZE = "message size"
    AVAILABILITY = "availability"
    FORK = "fork"


# What the values of a topic are: yes or no, a number with its unit, or one of a few words.
_YES_OR_NO = (bool, "yes or no")
KINDS: dict[Topic, tuple[type, str]] = {
    Topic.REMOTE_CONTROL: _YES_OR_NO,
    Topic.EVENTS: _YES_OR_NO,
    Topic.PRIORITY: (str, "strict, weighted or none"),
    Topic.DELAY: (str, "broker or worker: who holds a message until its countdown is over"),
    Topic.DEAD_LETTERS: _YES_OR_NO,
    Topic.FAN_OUT: _YES_OR_NO,
    Topic.ACKNOWLEDGEMENT: (str, "channel, visibility, lease, lock or none"),
    Topic.REDELIVERY: (
        str,
        "at once, after the visibility timeout, the lease or the lock: when a killed worker's message comes back",
    ),
    Topic.LONGEST_VISIBILITY: (int, "seconds"),
    Topic.REPLY_QUEUES: _YES_OR_NO,
    Topic.CHORDS: (str, "native, polling or none"),
    Topic.EXPIRY: (str, "server, beat or never: who removes results that have expired"),
    Topic.READERS: (str, "anyone, sender or nobody"),
    Topic.WAITING: (str, "pushed, polling or none: how get() learns that a result is there"),
    Topic.ATOMIC_COUNTER: _YES_OR_NO,
    Topic.IN_MEMORY: _YES_OR_NO,
    Topic.TLS: (str, "verified or always: whether it has to be asked for; or none"),
    Topic.AUTHENTICATION: (str, "what it can log in with"),
    Topic.MESSAGE_SIZE: (int, "bytes at most, of a message or of a stored result"),
    Topic.AVAILABILITY: (str, "what survives the loss of one server"),
    Topic.FORK: (str, "safe or spawn: how the processes of a worker must start"),
}
WORDS: dict[Topic, frozenset[str]] = {
    Topic.PRIORITY: frozenset({"strict", "weighted", "none"}),
    Topic.DELAY: frozenset({"broker", "worker"}),
    Topic.ACKNOWLEDGEMENT: frozenset({"channel", "visibility", "lease", "lock", "none"}),
    Topic.REDELIVERY: frozenset({"at once", "after the visibility timeout", "after the lease", "after the lock"}),
    Topic.CHORDS: frozenset({"native", "polling", "none"}),
    Topic.EXPIRY: frozenset({"server", "beat", "never", "nothing stored"}),
    Topic.READERS: frozenset({"anyone", "sender", "nobody"}),
    Topic.WAITING: frozenset({"pushed", "polling", "none"}),
    Topic.TLS: frozenset({"verified", "always", "none"}),
    Topic.FORK: frozenset({"safe", "spawn"}),
}
BROKER_TOPICS = (
    Topic.REMOTE_CONTROL,
    Topic.EVENTS,
    Topic.PRIORITY,
    Topic.DELAY,
    Topic.DEAD_LETTERS,
    Topic.FAN_OUT,
    Topic.ACKNOWLEDGEMENT,
    Topic.REDELIVERY,
    Topic.REPLY_QUEUES,
    Topic.TLS,
    Topic.AUTHENTICATION,
    Topic.MESSAGE_SIZE,
    Topic.AVAILABILITY,
    Topic.FORK,
)
BACKEND_TOPICS = (
    Topic.CHORDS,
    Topic.EXPIRY,
    Topic.READERS,
    Topic.WAITING,
    Topic.ATOMIC_COUNTER,
    Topic.IN_MEMORY,
    Topic.TLS,
    Topic.AUTHENTICATION,
    Topic.MESSAGE_SIZE,
    Topic.AVAILABILITY,
    Topic.FORK,
)


@dataclass(frozen=True)
class Capability:
    """One thing that a broker or a backend can or cannot do.

    Attributes:
        topic: what it is about.
        value: of the type and the words that `KINDS` and `WORDS` give for the topic.
        note: what there is to know about it, one line.
        evidence: where it was measured or read.
    """

    topic: Topic
    value: Value
    note: str
    evidence: str

    @property
    def shown(self) -> str:
        """The value in a cell of the matrix."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        if self.topic is Topic.MESSAGE_SIZE and isinstance(self.value, int):
            return _bytes(self.value)
        return str(self.value)


@dataclass(frozen=True)
class Requirement:
    """A version that is needed, or one to stay away from.

    Attributes:
        name: a distribution or a server.
        versions: as in a requirement: `>=6.4`.
        why: what happens otherwise, one line.
        evidence: where it was measured or read.
    """

    name: str
    versions: str
    why: str
    evidence: str


def value_of(capabilities: tuple[Capability, ...], topic: Topic) -> Value | None:
    """The value of a topic; None where nothing is known about it."""
    return next((capability.value for capability in capabilities if capability.topic is topic), None)


def changed(capabilities: tuple[Capability, ...], *others: Capability) -> tuple[Capability, ...]:
    """The capabilities of a relative: the same but for the topics that the others are about."""
    by_topic = {capability.topic: capability for capability in (*capabilities, *others)}
    return tuple(by_topic.values())


_KIB = 1024


def _bytes(size: int) -> str:
    """A size in the largest unit that divides it."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if not size or size % _KIB or unit == "GiB":
            return f"{size} {unit}"
        size //= _KIB
    return str(size)
