"""Results in DynamoDB: Celery's backend, with five changes.

- A read sees what was written before it. Celery's may be a moment behind, and then a chord fails,
  since its group "no longer exists".
- The counters of chords expire as results do; Celery's stay for ever.
- A result that is too large fails its task. With Celery's, who waits for it waits for ever.
- A process has connections of its own: on those that it inherits, it reads its siblings' answers.
- The table is not made here. Celery would make one that takes a single write per second.
"""

import os
from time import time
from typing import Any

import boto3
from botocore.config import Config
from celery.backends.dynamodb import DynamoDBBackend
from kombu.exceptions import EncodeError

#: Bytes. DynamoDB takes 400 kB with the key and the names of the attributes.
LARGEST_RESULT = 399 * 1024
#: Some 30 s of tries, as long as a network or a service is away that will be back.
PATIENT = Config(
    connect_timeout=5,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 8},
)
#: For who wants to know at once what is wrong.
IMPATIENT = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 1})


class Backend(DynamoDBBackend):
    """What `dynamodb://REGION/TABLE` stands for in config.py."""

    client_config = PATIENT
    _client: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time_to_live_seconds = self.expires
        self._process = os.getpid()

    @property
    def client(self) -> Any:
        """The client of this process."""
        if self._client is None or self._process != os.getpid():
            self._client = boto3.client(
                "dynamodb", region_name=self.aws_region, config=self.client_config
            )
            self._process = os.getpid()
        return self._client

    def get(self, key: Any) -> Any:
        """Read what is there now."""
        request = self._prepare_get_request(str(key))
        found = self.client.get_item(**request, ConsistentRead=True)
        return self._item_to_dict(found).get("result")

    def set(self, key: Any, value: Any) -> None:
        """Write.

        Raises:
            EncodeError: DynamoDB does not take so much; to Celery, the task has failed with it.
        """
        if len(value) > LARGEST_RESULT:
            raise EncodeError(
                f"a result of {len(value)} bytes, and DynamoDB takes {LARGEST_RESULT}: store it"
                " elsewhere, and return where"
            )
        super().set(key, value)

    def _prepare_init_count_request(self, key: str) -> dict[str, Any]:
        request: dict[str, Any] = super()._prepare_init_count_request(key)
        request["Item"]["ttl"] = {"N": str(int(time() + self.time_to_live_seconds))}
        return request
