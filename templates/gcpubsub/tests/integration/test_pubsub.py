"""What is Pub/Sub's own, on the emulator."""

from time import time

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.topology import DEFAULT_QUEUE

from tests.integration import probes
from tests.integration.conftest import PROBES, Workers
from tests.integration.journal import Journal, eventually

DEFAULT = DEFAULT_QUEUE.key
SHORT_LEASE = f"{PROBES},tests.integration.short_lease"


def test_a_task_that_takes_longer_than_a_lease_runs_once(
    workers: Workers, journal: Journal
) -> None:
    workers.start(DEFAULT, "--concurrency=1", include=SHORT_LEASE)
    probes.held.delay("long")
    (held,) = journal.wait_for("holding")

    # It would have the message by now, if that were not leased again and again.
    workers.start(DEFAULT, "--concurrency=1", include=SHORT_LEASE)
    eventually(lambda: time() - held["at"] > 15, within=20)
    journal.release()

    journal.wait_for("ran", label="long")
    assert len(journal.entries("holding")) == 1


def test_a_message_for_a_worker_that_stops_is_not_hidden(
    workers: Workers, journal: Journal
) -> None:
    worker = workers.start(DEFAULT)

    worker.terminate()
    journal.wait_for("stopping")
    # Pub/Sub gives it to the pull that the worker has open.
    probes.record[DEFAULT].delay("late")

    assert worker.wait(30) == 0
    workers.start(DEFAULT)
    # Either the one that stops has run it yet, or the other one has it at once.
    journal.wait_for("ran", within=15)
    probes.record[DEFAULT].delay("later")
    journal.wait_for("ran", label="later")
    assert len(journal.entries("ran", label="late")) == 1


def test_a_worker_survives_an_emulator_that_forgets_its_queues(
    workers: Workers, journal: Journal
) -> None:
    workers.start(DEFAULT)

    with app.connection_for_write() as connection:
        channel = connection.default_channel
        queue = channel.queue(DEFAULT_QUEUE.name)
        channel.subscriber.delete_subscription(request={"subscription": queue.subscription_path})
        channel.publisher.delete_topic(request={"topic": queue.topic_path})
    # This connection makes them again, and so does the worker's next pull.
    with app.connection_for_write() as connection:
        probes.record[DEFAULT].apply_async(["later"], connection=connection)

    journal.wait_for("ran", label="later", within=40)
