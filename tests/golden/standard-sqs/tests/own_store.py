"""The container for results. Keys are random, so the tests share it with whoever else is there."""

from contextlib import suppress

from azure.core.exceptions import ResourceExistsError

from standard_sqs.app import app
from standard_sqs.reliability.results import IMPATIENT, connect


def make_store() -> None:
    """Make the container where there is none, as on an emulator that has just been started.

    Raises:
        azure.core.exceptions.AzureError: the account cannot be reached, or refuses.
    """
    client = connect(app.conf.result_backend.removeprefix("azureblockblob://"), IMPATIENT)
    with suppress(ResourceExistsError):
        client.create_container(app.conf.azureblockblob_container_name)
