"""Google Cloud Storage."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
from celery_scaffold.model.client_warnings import GOOGLE_PYTHON
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

CAPABILITIES = (
    Capability(
        Topic.CHORDS,
        "polling",
        "a task looks once a second whether the header is done, a request for each of its tasks; Celery's own counts "
        "in Firestore, one more service, whose indexes each process asks about when it starts",
        "celery/app/builtins.py; celery/backends/gcs.py: _is_firestore_ttl_policy_enabled; run on fake-gcs-server",
    ),
    Capability(
        Topic.EXPIRY,
        "never",
        "result_expires means nothing here: the bucket needs a lifecycle rule; gcs_ttl needs one too, and the right "
        "storage.buckets.get in each process",
        "celery-reference R25; celery/backends/gcs.py: _is_bucket_lifecycle_rule_exists",
    ),
    Capability(Topic.READERS, "anyone", "whoever has the id of the task and the rights", "celery-reference 3"),
    Capability(Topic.WAITING, "polling", "get() asks twice a second, and each time costs", "celery/backends/base.py"),
    Capability(Topic.ATOMIC_COUNTER, False, "chords are polled instead", "celery/backends/gcs.py: GCSBackendBase"),
    Capability(Topic.IN_MEMORY, False, "objects", "Google's documentation; not run"),
    Capability(Topic.TLS, "always", "Google is reached over HTTPS", "google/cloud/storage/_http.py; not run"),
    Capability(
        Topic.AUTHENTICATION,
        "Application Default Credentials: the service account of the workload, or a file that a variable names",
        "keys in the URL are refused",
        "google/auth/_default.py; not run, an emulator asks for none",
    ),
    Capability(Topic.MESSAGE_SIZE, 5 * 1024**4, "an object", "Cloud Storage, Quotas and limits; not run"),
    Capability(Topic.AVAILABILITY, "managed, in the zones of a region or more", "nothing to run", "Google's; not run"),
    Capability(
        Topic.FORK,
        "safe",
        "a child makes a client of its own, over HTTP: gRPC, which survives no fork, is not there",
        "celery/backends/gcs.py: client; google-cloud-storage's METADATA; run on fake-gcs-server",
    ),
)
OPTIONS = (
    Setting(
        "override_backends",
        "gs → reliability/results.py",
        "chords without Firestore, an error where the bucket is missing, one request for each thing, tries that end",
        "docs/decisions/0057",
    ),
    Setting(
        "gcs_project",
        "not-asked-for",
        "Celery insists on one, and no request is about it: only making and listing buckets is",
        "celery/backends/gcs.py; google/cloud/storage/client.py; run on fake-gcs-server",
    ),
)
VERSIONS = (
    Requirement(
        "google-cloud-storage",
        ">=3.17.1,<4",
        "Celery's extra pins 3.17.1, with Firestore and gRPC, which this class needs not",
        "celery's METADATA",
    ),
)

GCS = Backend(
    kind="gcs",
    label="Google Cloud Storage",
    why="no server of your own, results of any size, cheap to keep and slow; expiry is a rule on the bucket",
    verdict=Verdict.PRODUCTION,
    proof=Proof.EMULATOR,
    folders=("stores", "gcs"),
    schemes=("gs",),
    url_example="gs://{store}",
    extras=(),
    requirements=("google-cloud-storage>=3.17.1,<4",),
    services=(services.GCS,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=False,
    evidence="celery-reference 3 (gcs), R25; celery/backends/gcs.py; docs/decisions/0057",
    family="gcs",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
    store="bucket",
    untyped_packages=("google",),
    ignored_warnings=(GOOGLE_PYTHON,),
)
