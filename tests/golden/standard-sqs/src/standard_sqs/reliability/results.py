"""Results in Azure blobs: Celery's backend, with three changes.

- A process has connections of its own: on those that it inherits, it reads its siblings' answers.
- A storage account that is away for half a minute costs no result. Celery's first pause is 15 s.
- The client does not log the headers of every request.
"""

import logging
import os
from contextlib import suppress
from typing import Any

from azure.core.exceptions import ResourceExistsError
from azure.identity import DefaultAzureCredential
from azure.storage.blob import BlobServiceClient
from celery.backends.azureblockblob import AzureBlockBlobBackend

logging.getLogger("azure").setLevel(logging.WARNING)

#: Seconds, and pauses of 1, 3, 5, 9 and 17 s between the tries.
PATIENT = {
    "connection_timeout": 5,
    "read_timeout": 10,
    "retry_total": 5,
    "initial_backoff": 1,
    "increment_base": 2,
}
#: For who wants to know at once what is wrong.
IMPATIENT = {"connection_timeout": 3, "read_timeout": 5, "retry_total": 0}
IDENTITY = "DefaultAzureCredential@"


class Backend(AzureBlockBlobBackend):
    """What `azureblockblob://` stands for in config.py."""

    client_config = PATIENT
    _process = 0
    _client: BlobServiceClient

    @property
    def _blob_service_client(self) -> BlobServiceClient:
        if self._process != os.getpid():
            self._client = connect(self._connection_string, self.client_config)
            self._make_container()
            self._process = os.getpid()
        return self._client

    def _make_container(self) -> None:
        with suppress(ResourceExistsError):
            self._client.create_container(self._container_name)


def connect(place: str, options: dict[str, Any]) -> BlobServiceClient:
    """Make a client: as the identity of the machine, or by a connection string."""
    if place.startswith(IDENTITY):
        account = place.removeprefix(IDENTITY)
        return BlobServiceClient(account, DefaultAzureCredential(), **options)
    return BlobServiceClient.from_connection_string(place, **options)
