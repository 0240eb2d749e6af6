"""Memcached."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.backends.postgresql import RETRIES
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
from celery_scaffold.model.hosts import Hosts
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

CAPABILITIES = (
    Capability(
        Topic.CHORDS,
        "native",
        "a counter of the tasks of the header, and the last one sends the body",
        "celery/backends/cache.py; run in our stacks",
    ),
    Capability(Topic.EXPIRY, "server", "a time to live on every item", "celery-reference 3 (cache)"),
    Capability(Topic.READERS, "anyone", "whoever has the id of the task", "celery-reference 3 (cache)"),
    Capability(Topic.WAITING, "polling", "get() looks twice a second", "celery-reference 3 (cache)"),
    Capability(Topic.ATOMIC_COUNTER, True, "incr", "celery/backends/cache.py: incr"),
    Capability(
        Topic.IN_MEMORY,
        True,
        "when it is full, the oldest results are forgotten before they expire; after a restart, all of them",
        "memcached's documentation; decision 0032",
    ),
    Capability(Topic.TLS, "none", "Celery has no option for it", "celery/backends/cache.py"),
    Capability(Topic.AUTHENTICATION, "none", "whoever reaches the port reads and writes", "celery/backends/cache.py"),
    Capability(
        Topic.MESSAGE_SIZE,
        1024 * 1024,
        "a larger result fails its task, with a message; Celery would leave it without a state",
        "decision 0032; run on memcached 1.6",
    ),
    Capability(
        Topic.AVAILABILITY,
        "nothing by itself",
        "results on a server that is lost are asked for in vain",
        "celery-reference 3 (cache)",
    ),
    Capability(
        Topic.FORK,
        "safe",
        "by a class of the project: Celery's own hands the parent's connection to its children",
        "decision 0032; run on memcached 1.6",
    ),
)
OPTIONS = (
    Setting(
        "result_backend_always_retry",
        "True",
        "while the server restarts, a result would be given up at once",
        "celery/backends/base.py: exception_safe_to_retry",
    ),
    *RETRIES,
)
VERSIONS = (Requirement("pymemcache", ">=4.0.0", "Celery's extra asks for it", "celery's METADATA"),)

MEMCACHED = Backend(
    kind="memcached",
    label="Memcached",
    why="fast, native chords, results expire by themselves; forgets when it is full or restarted, no password",
    verdict=Verdict.CAVEATS,
    proof=Proof.SERVER,
    folders=("memcached",),
    own_class="memcached_results",
    schemes=("cache+memcached",),
    url_example="cache+memcached://localhost:11211/",
    extras=("memcache",),
    requirements=(),
    services=(services.MEMCACHED,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=False,
    evidence="celery-reference 3 (cache); decision 0032",
    family="memcached",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
    hosts=Hosts.ONE,
    untyped_packages=("pymemcache",),
)
