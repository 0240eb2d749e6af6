"""The bucket for results. Keys are random, so the tests share it with whoever else is there."""

import boto3
from botocore.exceptions import ClientError

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.results import IMPATIENT


def make_store() -> None:
    """Make the bucket where there is none, as on an emulator that has just been started.

    Raises:
        botocore.exceptions.BotoCoreError: S3 cannot be reached, or there are no credentials.
        botocore.exceptions.ClientError: it refuses.
    """
    client = boto3.client("s3", config=IMPATIENT)
    try:
        client.head_bucket(Bucket=app.conf.s3_bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        client.create_bucket(Bucket=app.conf.s3_bucket)
