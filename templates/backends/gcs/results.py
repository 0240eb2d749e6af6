"""Results in Google Cloud Storage: Celery's backend without Firestore, and with four changes.

- Chords are polled, as on other stores. Celery counts their tasks in Firestore: one more service,
  and at each start a question that takes rights over its indexes.
- A bucket that is missing is an error. Its 404 is the same as that of an object: results seem to
  be pending for ever.
- Each thing takes one request. Celery looks before it deletes, and Google's client looks at the
  bucket too, in a thread, after each result that is not there yet.
- Tries end, and a process has connections of its own.
"""

import os
from contextlib import suppress
from typing import Any

from celery.backends.gcs import GCSBackendBase
from google.api_core.exceptions import NotFound
from google.cloud.storage import Client
from google.cloud.storage.retry import DEFAULT_RETRY
from kombu.utils.encoding import bytes_to_str

# What the client finds out about the bucket is for traces, and takes the right storage.buckets.get.
os.environ.setdefault("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")

#: Seconds to connect and to wait for an answer; then some 30 s of tries, as long as a network or a
#: service is away that will be back.
PATIENT = {
    "timeout": (5, 10),
    "retry": DEFAULT_RETRY.with_timeout(30).with_delay(initial=1, maximum=8),
}
#: For who wants to know at once what is wrong.
IMPATIENT = {"timeout": (3, 5), "retry": None}


class Backend(GCSBackendBase):
    """What `gs://BUCKET/PREFIX` stands for in config.py."""

    client_config = PATIENT
    _process = 0
    _has_bucket = False

    def get(self, key: Any) -> bytes | None:
        """Read; None for what is not there, as long as the bucket is."""
        try:
            found: bytes = self._get_blob(bytes_to_str(key)).download_as_bytes(**self.client_config)
        except NotFound:
            self._look_for_bucket()
            return None
        return found

    def set(self, key: Any, value: Any) -> None:
        """Write. An object has no time to live: a rule of the bucket deletes it."""
        self._get_blob(bytes_to_str(key)).upload_from_string(value, **self.client_config)

    def delete(self, key: Any) -> None:
        """Delete what may be there."""
        with suppress(NotFound):
            self._get_blob(bytes_to_str(key)).delete(**self.client_config)

    @property
    def client(self) -> Client:
        """The client of this process. It is told no project, and so looks for none."""
        if self._process != os.getpid():
            self._own_client = Client(project=None)
            self._process = os.getpid()
        return self._own_client

    def _look_for_bucket(self) -> None:
        """Once is enough: ask for a name in it, which takes no further right.

        Raises:
            google.api_core.exceptions.NotFound: there is no such bucket.
        """
        if not self._has_bucket:
            prefix = self.base_path or None
            names = self.client.list_blobs(
                self.bucket_name, prefix=prefix, max_results=1, **self.client_config
            )
            next(iter(names), None)
            self._has_bucket = True
