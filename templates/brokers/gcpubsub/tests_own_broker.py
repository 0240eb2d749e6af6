"""The project of the integration tests, on an emulator. They delete its topics."""

import os

from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from {{ cookiecutter._project.package }}.settings import ENV_PREFIX

#: Seconds for the emulator to answer, the first time.
TIMEOUT = 5


def own_broker_url() -> str:
    """Return …TEST_BROKER_URL, by default a project of its own."""
    url = os.environ.get(f"{ENV_PREFIX}TEST_BROKER_URL")
    return url or "gcpubsub://projects/integration-tests"


def empty(url: str) -> None:
    """Delete all topics and subscriptions of the project, and make those of the queues.

    Raises:
        OSError: it is no emulator.
        google.api_core.exceptions.GoogleAPIError: the emulator does not answer.
    """
    from {{ cookiecutter._project.package }}.app import app
    from {{ cookiecutter._project.package }}.reliability.transport import make_queues

    if not os.environ.get("PUBSUB_EMULATOR_HOST"):
        raise OSError("topics would be deleted on Google Cloud: set PUBSUB_EMULATOR_HOST")
    project = {"project": url.removeprefix("gcpubsub://")}
    with PublisherClient() as publisher, SubscriberClient() as subscriber:
        for topic in publisher.list_topics(request=project, timeout=TIMEOUT, retry=None):
            publisher.delete_topic(request={"topic": topic.name})
        for subscription in subscriber.list_subscriptions(request=project):
            subscriber.delete_subscription(request={"subscription": subscription.name})
    with app.connection_for_write(url) as connection:
        make_queues(connection.transport.create_channel(connection.transport))
