"""The namespace of the integration tests. They delete its queues."""

import os
import re
from contextlib import suppress

from azure.core.exceptions import ResourceNotFoundError

from {{ cookiecutter._project.package }}.settings import ENV_PREFIX
from {{ cookiecutter._project.package }}.topology import queue_names

NONE = "azureservicebus://DefaultAzureCredential@no-namespace-for-tests"


def own_broker_url() -> str:
    """Return …TEST_BROKER_URL, or an emulator that …BROKER_URL names."""
    if url := os.environ.get(f"{ENV_PREFIX}TEST_BROKER_URL"):
        return url
    url = os.environ.get(f"{ENV_PREFIX}BROKER_URL", "")
    return url if re.fullmatch(r"azureservicebus://[^@]+@[^@/:]+:\d+", url) else NONE


def empty(url: str) -> None:
    """Delete the queues of this project, and make them again.

    Raises:
        OSError: no namespace is there for that.
        azure.core.exceptions.AzureError: it does not answer, or refuses.
    """
    from {{ cookiecutter._project.package }}.reliability.namespace import management
    from {{ cookiecutter._project.package }}.reliability.queues import make_queues

    if url == NONE:
        raise OSError(
            f"queues would be deleted: set {ENV_PREFIX}TEST_BROKER_URL to a namespace for the tests"
        )
    service = management(url)
    # Those first that forward to others.
    for name in reversed(queue_names()):
        with suppress(ResourceNotFoundError):
            service.delete_queue(name)
    make_queues(service)
