"""What is Service Bus's own: locks that end, and locks that do not."""

from time import sleep

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.locks import INTERVAL
from {{ cookiecutter._project.package }}.topology import DEFAULT_QUEUE

from tests.integration import probes
from tests.integration.conftest import Workers
from tests.integration.journal import Journal

DEFAULT = DEFAULT_QUEUE.key


def _lock_messages_for(seconds: int) -> None:
    with app.connection_for_write() as connection:
        management = connection.default_channel.queue_mgmt_service
        queue = management.get_queue(DEFAULT_QUEUE.name)
        queue.lock_duration = f"PT{seconds}S"
        management.update_queue(queue)


def test_a_killed_workers_task_runs_again_when_its_lock_ends(
    workers: Workers, journal: Journal
) -> None:
    _lock_messages_for(5)
    worker = workers.start(DEFAULT)
    probes.held.delay("held")
    journal.wait_for("holding")

    workers.kill(worker)
    workers.start(DEFAULT)

    journal.wait_for("holding", count=2, within=20)
    journal.release()
    journal.wait_for("ran", label="held")


def test_a_task_that_is_longer_than_its_lock_runs_once(workers: Workers, journal: Journal) -> None:
    lock = int(INTERVAL) + 5
    _lock_messages_for(lock)
    workers.start(DEFAULT)
    workers.start(DEFAULT)
    probes.held.delay("held")
    journal.wait_for("holding")

    sleep(lock + 5)

    assert len(journal.entries("holding")) == 1
    journal.release()
    journal.wait_for("ran", label="held")
