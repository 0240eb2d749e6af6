"""The table for results. Keys are random, so the tests share it with whoever else is there."""

import boto3

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.results import IMPATIENT, Backend


def make_store() -> None:
    """Make the table where there is none, as on an emulator that has just been started.

    Raises:
        botocore.exceptions.BotoCoreError: DynamoDB cannot be reached, or there are no credentials.
        botocore.exceptions.ClientError: it refuses.
    """
    backend = Backend(app=app, url=app.conf.result_backend)
    client = boto3.client("dynamodb", region_name=backend.aws_region, config=IMPATIENT)
    try:
        client.describe_table(TableName=backend.table_name)
    except client.exceptions.ResourceNotFoundException:
        client.create_table(
            TableName=backend.table_name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
