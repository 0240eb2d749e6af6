"""The region of the integration tests, on an emulator. They delete its queues."""

import os
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from standard_sqs.settings import ENV_PREFIX

#: The emulator keeps regions apart; most of what runs on one has another.
REGION = "ap-southeast-4"


def own_broker_url() -> str:
    """Return …TEST_BROKER_URL, by default the emulator of …BROKER_URL, and name another region."""
    os.environ[f"{ENV_PREFIX}AWS_REGION"] = REGION
    os.environ.setdefault(f"{ENV_PREFIX}AWS_ACCOUNT_ID", "123456789012")
    if url := os.environ.get(f"{ENV_PREFIX}TEST_BROKER_URL"):
        return url
    url = os.environ.get(f"{ENV_PREFIX}BROKER_URL", "")
    if not url.startswith("sqs://") or urlsplit(url).hostname is None:
        url = "sqs://emulator:emulator@localhost:5000"
    return url


def empty(url: str) -> None:
    """Delete all queues of the region, and make those of this project.

    Raises:
        OSError: it is no emulator.
        botocore.exceptions.BotoCoreError: the server does not answer.
    """
    from standard_sqs.reliability.transport import make_queues

    server = urlsplit(url)
    if server.hostname is None:
        raise OSError(f"queues would be deleted on AWS: set {ENV_PREFIX}TEST_BROKER_URL")
    sqs = boto3.client(
        "sqs",
        region_name=REGION,
        endpoint_url=f"http://{server.hostname}:{server.port or 5000}",
        aws_access_key_id=server.username,
        aws_secret_access_key=server.password,
        config=Config(connect_timeout=3, read_timeout=3, retries={"total_max_attempts": 1}),
    )
    for queue_url in sqs.list_queues().get("QueueUrls", []):
        sqs.delete_queue(QueueUrl=queue_url)
    make_queues(sqs)
