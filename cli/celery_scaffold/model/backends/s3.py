"""Amazon S3."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

CAPABILITIES = (
    Capability(
        Topic.CHORDS,
        "polling",
        "a task looks once a second whether the header is done, a request for each of its tasks",
        "celery/app/builtins.py; run on moto",
    ),
    Capability(
        Topic.EXPIRY,
        "never",
        "result_expires means nothing here: the bucket needs a lifecycle rule",
        "celery-reference R25; celery/backends/s3.py",
    ),
    Capability(Topic.READERS, "anyone", "whoever has the id of the task and the rights", "celery-reference 3"),
    Capability(Topic.WAITING, "polling", "get() asks twice a second, and each time costs", "celery-reference 3, X9"),
    Capability(Topic.ATOMIC_COUNTER, False, "chords are polled instead", "celery/backends/s3.py: no incr"),
    Capability(Topic.IN_MEMORY, False, "objects", "Amazon's documentation; not run"),
    Capability(Topic.TLS, "always", "AWS is reached over HTTPS", "botocore; not run"),
    Capability(
        Topic.AUTHENTICATION,
        "what boto3 finds: the role of the machine, a profile, environment variables",
        "keys in the URL are refused",
        "celery-reference 3",
    ),
    Capability(Topic.MESSAGE_SIZE, 5 * 1024**3, "an object that is put at once", "S3, Uploading objects; not run"),
    Capability(Topic.AVAILABILITY, "managed, in three zones", "nothing to run yourself", "Amazon's; not run"),
    Capability(
        Topic.FORK,
        "safe",
        "a child makes a client of its own; with Celery's it may read its siblings' answers",
        "docs/decisions/0021",
    ),
)
OPTIONS = (
    Setting(
        "override_backends",
        "s3 → reliability/results.py",
        "an error where the bucket is missing, one request instead of two, a client for each process",
        "docs/decisions/0021",
    ),
    Setting(
        "s3_bucket",
        "from the URL",
        "Celery reads the bucket from a setting, not from the URL",
        "celery/backends/s3.py",
    ),
    Setting(
        "s3_base_path",
        "from the URL",
        "what the names of objects begin with: several projects can share a bucket",
        "celery/backends/s3.py",
    ),
)
VERSIONS = (Requirement("boto3", ">=1.35,<2", "AWS_ENDPOINT_URL is read since 1.28", "botocore's changelog"),)

S3 = Backend(
    kind="s3",
    label="S3",
    why="no server of your own, results of any size, cheap to keep and slow; expiry is a rule on the bucket",
    verdict=Verdict.PRODUCTION,
    proof=Proof.EMULATOR,
    folders=("stores", "s3"),
    schemes=("s3",),
    url_example="s3://{store}",
    extras=("s3",),
    requirements=("boto3>=1.35,<2",),
    services=(services.MOTO,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=False,
    evidence="celery-reference 3 (s3), R25; celery/backends/s3.py; docs/decisions/0021",
    family="s3",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
    store="bucket",
    untyped_packages=("boto3", "botocore"),
)
