"""Azure Blob Storage."""

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
        "celery/app/builtins.py; run on Azurite",
    ),
    Capability(
        Topic.EXPIRY,
        "never",
        "result_expires means nothing here: the account needs a lifecycle rule",
        "celery-reference R25; celery/backends/azureblockblob.py",
    ),
    Capability(Topic.READERS, "anyone", "whoever has the id of the task and the rights", "celery-reference 3"),
    Capability(Topic.WAITING, "polling", "get() asks twice a second, and each time costs", "celery/backends/base.py"),
    Capability(Topic.ATOMIC_COUNTER, False, "chords are polled instead", "celery/backends/azureblockblob.py: no incr"),
    Capability(Topic.IN_MEMORY, False, "blobs", "Microsoft's documentation; not run"),
    Capability(Topic.TLS, "always", "an identity is refused without https://", "our settings; not run on Azure"),
    Capability(
        Topic.AUTHENTICATION,
        "identity of the machine, connection string",
        "azureblockblob://DefaultAzureCredential@https://ACCOUNT.blob.core.windows.net",
        "celery-reference 3, X13; an identity was not run",
    ),
    Capability(Topic.MESSAGE_SIZE, 5000 * 1024**2, "a blob that is put at once", "Azure, Put Blob; not run"),
    Capability(Topic.AVAILABILITY, "managed, as the account is replicated", "nothing to run", "Microsoft's; not run"),
    Capability(
        Topic.FORK,
        "safe",
        "a child makes a client of its own; with Celery's it reads its siblings' answers",
        "docs/decisions/0021: read on Azurite",
    ),
)
OPTIONS = (
    Setting(
        "override_backends",
        "azureblockblob → reliability/results.py",
        "a client for each process, tries that begin after a second, no headers in the logs",
        "docs/decisions/0021",
    ),
)
VERSIONS = (
    Requirement("azure-storage-blob", "==12.31.1", "Celery's extra pins it", "celery's METADATA"),
    Requirement("azure-identity", "==1.27.0", "Celery's extra pins it", "celery's METADATA"),
)
# Azurite's account; its key is published, the same everywhere.
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

AZUREBLOCKBLOB = Backend(
    kind="azureblockblob",
    label="Azure blobs",
    why="no server of your own, results of any size, cheap to keep and slow; expiry is a rule on the account",
    verdict=Verdict.PRODUCTION,
    proof=Proof.EMULATOR,
    folders=("stores", "azureblockblob"),
    schemes=("azureblockblob",),
    url_example=(
        f"azureblockblob://DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={_KEY};"
        "BlobEndpoint=http://localhost:10000/devstoreaccount1;"
    ),
    extras=("azureblockblob",),
    requirements=(),
    services=(services.AZURITE,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=False,
    evidence="celery-reference 3 (azureblockblob), R25; celery/backends/azureblockblob.py; docs/decisions/0021",
    family="azureblockblob",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
    store="container",
)
