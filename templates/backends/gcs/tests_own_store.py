"""The bucket for results. Keys are random, so the tests share it with whoever else is there."""

from urllib.parse import urlsplit

from google.cloud.storage import Client

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.results import IMPATIENT


def make_store() -> None:
    """Make the bucket where there is none, as on an emulator that has just been started.

    Raises:
        google.api_core.exceptions.GoogleAPIError: the service refuses.
        google.auth.exceptions.GoogleAuthError: there are no credentials.
        requests.RequestException: it cannot be reached.
    """
    client, bucket = Client(), urlsplit(app.conf.result_backend).hostname
    if client.lookup_bucket(bucket, **IMPATIENT) is None:
        client.create_bucket(bucket, project=client.project or "integration-tests", **IMPATIENT)
