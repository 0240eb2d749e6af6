"""What is SQS's own, on the emulator."""

from standard_sqs.app import app
from standard_sqs.topology import DEFAULT_QUEUE

from tests.integration import probes
from tests.integration.conftest import Workers
from tests.integration.journal import Journal

DEFAULT = DEFAULT_QUEUE.key


def test_a_message_for_a_worker_that_stops_is_not_hidden(
    workers: Workers, journal: Journal
) -> None:
    worker = workers.start(DEFAULT)

    worker.terminate()
    journal.wait_for("stopping")
    # SQS gives it to the poll that the worker has open.
    probes.record[DEFAULT].delay("late")

    assert worker.wait(30) == 0
    workers.start(DEFAULT)
    (run,) = journal.wait_for("ran", within=15)
    assert run["hostname"].startswith(f"{DEFAULT}-1@")


def test_a_worker_survives_an_emulator_that_forgets_its_queues(
    workers: Workers, journal: Journal
) -> None:
    workers.start(DEFAULT)

    with app.connection_for_write() as connection:
        sqs, url = connection.default_channel.client_and_url(DEFAULT_QUEUE.name)
        sqs.delete_queue(QueueUrl=url)
    # This connection makes them again, and so does the worker's next one.
    with app.connection_for_write() as connection:
        probes.record[DEFAULT].apply_async(["later"], connection=connection)

    journal.wait_for("ran", label="later", within=40)
