"""MongoDB."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.backends.memcached import OPTIONS as RETRIES
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

CAPABILITIES = (
    Capability(
        Topic.CHORDS,
        "polling",
        "a task looks once a second whether the header is done",
        "celery-reference 3; celery/app/builtins.py",
    ),
    Capability(
        Topic.EXPIRY,
        "beat",
        "celery.backend_cleanup deletes old documents once a day",
        "celery-reference R26; celery/backends/mongodb.py: cleanup",
    ),
    Capability(Topic.READERS, "anyone", "whoever has the id of the task", "celery-reference 3"),
    Capability(Topic.WAITING, "polling", "get() looks twice a second", "celery-reference 3"),
    Capability(Topic.ATOMIC_COUNTER, False, "chords are polled instead", "celery/backends/mongodb.py: no incr"),
    Capability(Topic.IN_MEMORY, False, "documents on disk", "celery-reference 3"),
    Capability(
        Topic.TLS,
        "verified",
        "tls=true in the URL, which verifies chain and name; the settings refuse a server far away without",
        "PyMongo's documentation; tests/generated/test_tls_mongodb.py, with TLS that ends before the stand-in",
    ),
    Capability(
        Topic.AUTHENTICATION, "password", "SCRAM-SHA-256; whatever else PyMongo knows was not run", "decision 0042"
    ),
    Capability(
        Topic.MESSAGE_SIZE,
        16 * 1024 * 1024,
        "a document; a larger result fails its task, with a message",
        "decision 0042; run on an emulator",
    ),
    Capability(Topic.AVAILABILITY, "a replica set", "all its members in the URL", "PyMongo's documentation; not run"),
    Capability(
        Topic.FORK,
        "safe",
        "by a class of the project: Celery's own hands the parent's connections to its children",
        "decision 0042; celery/backends/mongodb.py: _get_connection",
    ),
)
OPTIONS = (
    *RETRIES,
    Setting(
        "mongodb_backend_settings",
        "a table; its keys are settings of their own",
        "what Celery's backend for MongoDB is told",
        "celery/backends/mongodb.py",
    ),
    Setting(
        "mongodb_backend_settings.options",
        "connectTimeoutMS, serverSelectionTimeoutMS, socketTimeoutMS",
        "a call on a link that was cut without a word would never end",
        "PyMongo's documentation: socketTimeoutMS is none by default",
        unit="milliseconds",
    ),
)
VERSIONS = (Requirement("pymongo", ">=4.15", "Celery's extra asks for it", "kombu's METADATA"),)

MONGODB = Backend(
    kind="mongodb",
    label="MongoDB",
    why="results beside your documents; chords by polling; expired ones are removed by beat; run on an emulator only",
    verdict=Verdict.CAVEATS,
    proof=Proof.EMULATOR,
    folders=("mongodb",),
    own_class="mongodb_results",
    schemes=("mongodb", "mongodb+srv"),
    url_example="mongodb://{package}:${MONGO_PASSWORD}@localhost:27017/{package}"
    "?authSource=admin&authMechanism=SCRAM-SHA-256",
    extras=("mongodb",),
    requirements=(),
    services=(services.MONGO,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=True,
    evidence="celery-reference 3; decision 0042: run on mongoeco, a server of the protocol, not on MongoDB itself",
    family="mongodb",
    url_checks="mongodb",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
)
