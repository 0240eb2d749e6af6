"""No result backend."""

from __future__ import annotations

from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.capabilities import Capability, Topic
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

CAPABILITIES = (
    Capability(
        Topic.CHORDS, "none", "NotImplementedError when a chord is sent", "celery-reference X9; celery/backends/base.py"
    ),
    Capability(Topic.EXPIRY, "nothing stored", "there is nothing to expire", "celery-reference R24"),
    Capability(Topic.READERS, "nobody", "get() raises at once", "celery/backends/base.py: DisabledBackend"),
    Capability(Topic.WAITING, "none", "get() raises at once", "celery/backends/base.py: DisabledBackend"),
    Capability(Topic.ATOMIC_COUNTER, False, "there is nothing to count in", "celery/backends/base.py: DisabledBackend"),
    Capability(Topic.IN_MEMORY, False, "nothing is stored", "celery-reference R24"),
    Capability(Topic.TLS, "none", "there is no connection", "celery/backends/base.py: DisabledBackend"),
    Capability(
        Topic.AUTHENTICATION, "none needed", "there is no connection", "celery/backends/base.py: DisabledBackend"
    ),
    Capability(Topic.MESSAGE_SIZE, 0, "nothing is stored", "celery-reference R24"),
    Capability(Topic.AVAILABILITY, "nothing to lose", "nothing is stored", "celery-reference R24"),
    Capability(Topic.FORK, "safe", "there is no connection", "run in our stacks"),
)
OPTIONS = (
    Setting("task_ignore_result", "True", "nothing is stored, so workers do not even try", "celery-reference R24"),
)

NONE = Backend(
    kind="none",
    label="none",
    why="fire and forget: the cheapest, when nobody asks for a return value; no chords",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("none",),
    schemes=(),
    url_example="",
    extras=(),
    requirements=(),
    services=(),
    stores_results=False,
    chords=False,
    reads_elsewhere=False,
    needs_beat_cleanup=False,
    evidence="celery-reference R24, R27",
    family="none",
    capabilities=CAPABILITIES,
    options=OPTIONS,
)
