"""Amazon DynamoDB."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

CAPABILITIES = (
    Capability(
        Topic.CHORDS,
        "native",
        "an update counts the tasks of the header, and the last one sends the body",
        "celery/backends/dynamodb.py: incr; run on moto",
    ),
    Capability(
        Topic.EXPIRY,
        "server",
        "a time to live on every item, some days late; the table must have it enabled",
        "DynamoDB, Time to Live; what is written was read on moto",
    ),
    Capability(Topic.READERS, "anyone", "whoever has the id of the task and the rights", "celery-reference 3"),
    Capability(Topic.WAITING, "polling", "get() asks twice a second, and each time costs", "celery-reference 3, X9"),
    Capability(Topic.ATOMIC_COUNTER, True, "UpdateItem", "celery/backends/dynamodb.py: incr"),
    Capability(Topic.IN_MEMORY, False, "items on disk", "Amazon's documentation; not run"),
    Capability(Topic.TLS, "always", "AWS is reached over HTTPS", "botocore; not run"),
    Capability(
        Topic.AUTHENTICATION,
        "what boto3 finds: the role of the machine, a profile, environment variables",
        "keys in the URL are refused",
        "celery-reference 3",
    ),
    Capability(Topic.MESSAGE_SIZE, 400 * 1024, "an item, with its key", "DynamoDB, Constraints; refused by moto"),
    Capability(Topic.AVAILABILITY, "managed, in three zones", "nothing to run yourself", "Amazon's; not run"),
    Capability(
        Topic.FORK,
        "safe",
        "a child makes a client of its own; with Celery's it reads its siblings' answers",
        "docs/decisions/0021: read on a server that keeps connections",
    ),
)
OPTIONS = (
    Setting(
        "override_backends",
        "dynamodb → reliability/results.py",
        "consistent reads, counters that expire, an error for what is too large, a client for each process",
        "docs/decisions/0021",
    ),
)
VERSIONS = (Requirement("boto3", ">=1.35,<2", "AWS_ENDPOINT_URL is read since 1.28", "botocore's changelog"),)

DYNAMODB = Backend(
    kind="dynamodb",
    label="DynamoDB",
    why="no server of your own, results expire by themselves, chords; a result has at most 400 kB",
    verdict=Verdict.PRODUCTION,
    proof=Proof.EMULATOR,
    folders=("stores", "dynamodb"),
    schemes=("dynamodb",),
    url_example="dynamodb://us-east-1/{store}",
    extras=("dynamodb",),
    requirements=("boto3>=1.35,<2",),
    services=(services.MOTO,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=False,
    evidence="celery-reference 3 (dynamodb), R25; celery/backends/dynamodb.py; docs/decisions/0021",
    family="dynamodb",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
    store="table",
    untyped_packages=("boto3", "botocore"),
)
