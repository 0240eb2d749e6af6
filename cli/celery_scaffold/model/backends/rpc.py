"""RPC (reply queues on the broker)."""

from __future__ import annotations

from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.capabilities import Capability, Topic
from celery_scaffold.model.verdicts import Proof, Verdict

CAPABILITIES = (
    Capability(
        Topic.CHORDS,
        "none",
        "NotImplementedError when a chord is sent",
        "celery-reference 3, X9; celery/backends/rpc.py",
    ),
    Capability(Topic.EXPIRY, "server", "the queue expires, and what is in it", "celery/backends/rpc.py"),
    Capability(
        Topic.READERS, "sender", "only the process that sent the task, and each result once", "celery-reference 3"
    ),
    Capability(Topic.WAITING, "pushed", "the broker delivers the result", "celery-reference 3, X9"),
    Capability(Topic.ATOMIC_COUNTER, False, "there is nothing to count in", "celery/backends/rpc.py"),
    Capability(Topic.IN_MEMORY, False, "messages, where the broker keeps them", "celery-reference 3"),
    Capability(Topic.TLS, "verified", "the broker's own connection", "celery-reference 3"),
    Capability(Topic.AUTHENTICATION, "the broker's", "the broker's own connection", "celery-reference 3"),
    Capability(Topic.MESSAGE_SIZE, 16777216, "a message of RabbitMQ 4", "celery-verified 6"),
    Capability(Topic.AVAILABILITY, "none", "results are gone with the process that waits", "celery-reference 3"),
    Capability(Topic.FORK, "safe", "the broker's own connection", "run in our stacks"),
)

RPC = Backend(
    kind="rpc",
    label="RPC (reply queues on the broker)",
    why="no further server; only the sender can read a result, once; no chords",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("rpc",),
    schemes=(),
    url_example="",
    extras=(),
    requirements=(),
    services=(),
    stores_results=True,
    chords=False,
    reads_elsewhere=False,
    needs_beat_cleanup=False,
    evidence="celery-reference 3 (rpc), R27",
    family="rpc",
    capabilities=CAPABILITIES,
)
