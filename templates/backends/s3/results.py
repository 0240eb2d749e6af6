"""Results in S3: Celery's backend, with three changes.

- A bucket that is missing is an error. Celery asks with HEAD, whose 404 says the same of a bucket
  as of an object: results seem to be pending for ever.
- A result is read with one request, not two.
- A process has connections of its own: on those that it inherits, it reads its siblings' answers.
"""

import os
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from celery.backends.s3 import S3Backend
from kombu.utils.encoding import bytes_to_str

#: Some 30 s of tries, as long as a network or a service is away that will be back.
PATIENT = Config(
    connect_timeout=5,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 8},
)
#: For who wants to know at once what is wrong.
IMPATIENT = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 1})


class Backend(S3Backend):
    """What `s3://BUCKET/PREFIX` stands for in config.py."""

    client_config = PATIENT
    _process = 0

    def get(self, key: Any) -> str | None:
        """Read; None for what is not there, as long as the bucket is."""
        try:
            found = self._get_s3_object(bytes_to_str(key)).get()
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        return str(found["Body"].read(), "utf-8")

    def _get_s3_object(self, key: str) -> Any:
        if self._process != os.getpid():
            self._s3_resource = boto3.Session().resource("s3", config=self.client_config)
            self._process = os.getpid()
        return super()._get_s3_object(key)

    def _connect_to_s3(self) -> None:
        """Connect later, when there is something to read or write."""
