"""Every queue, on the real broker, with worker processes as in production."""

import json
from time import sleep
from typing import Any

import pytest
from kombu import Connection

from standard_sqs.app import app
from standard_sqs.topology import DEAD_LETTER_QUEUE, DEFAULT_QUEUE, LONGEST_DELAY, QUEUES

from tests.integration import probes
from tests.integration.conftest import Workers
from tests.integration.journal import Journal, eventually

TASKS = 20
DEFAULT = DEFAULT_QUEUE.key
PROCESSES = pytest.mark.skipif(
    DEFAULT_QUEUE.pool != "prefork", reason="threads cannot be ended, nor die by themselves"
)


@pytest.mark.parametrize("queue", QUEUES)
def test_the_worker_of_a_queue_runs_its_tasks(
    queue: str, workers: Workers, journal: Journal
) -> None:
    workers.start(queue)

    results = [probes.record[queue].delay(f"{number}") for number in range(TASKS)]

    hostnames = [result.get(timeout=30) for result in results]
    assert {hostname.partition("@")[0] for hostname in hostnames} == {f"{queue}-0"}
    runs = journal.entries("ran")
    assert sorted(int(run["label"]) for run in runs) == list(range(TASKS))


def test_a_failed_attempt_is_repeated_after_growing_delays(
    workers: Workers, journal: Journal
) -> None:
    workers.start(DEFAULT)

    probes.flaky.delay(failures=2)

    journal.wait_for("succeeded", task="probes.flaky")
    first, second, third = (attempt["at"] for attempt in journal.entries("attempt"))
    # One and two seconds, which may begin a moment before the attempt is over.
    assert second - first > 0.9
    assert third - second > 1.9


def test_a_countdown_does_not_occupy_the_worker(workers: Workers, journal: Journal) -> None:
    workers.start(DEFAULT, "--concurrency=1", "--prefetch-multiplier=1")
    record = probes.record[DEFAULT]

    for _ in range(3):
        record.apply_async(["later"], countdown=min(60, LONGEST_DELAY))
    record.delay("now")

    assert [run["label"] for run in journal.wait_for("ran", within=10)] == ["now"]


def test_a_worker_that_is_stopped_loses_nothing(workers: Workers, journal: Journal) -> None:
    labels = {"first", "second", "third", "fourth"}
    worker = workers.start(DEFAULT, "--concurrency=1")
    for label in labels:
        probes.held.delay(label)
    journal.wait_for("holding")

    worker.terminate()
    journal.wait_for("stopping")
    journal.release()

    assert worker.wait(30) == 0
    workers.start(DEFAULT)
    assert {run["label"] for run in journal.wait_for("ran", count=len(labels))} == labels


@pytest.mark.parametrize("queue", QUEUES)
def test_a_retry_returns_to_the_queue_it_came_from(
    queue: str, workers: Workers, journal: Journal
) -> None:
    workers.start(queue)

    probes.flaky.apply_async([1], queue=QUEUES[queue].name)

    journal.wait_for("succeeded", task="probes.flaky")
    hostnames = {attempt["hostname"] for attempt in journal.entries("attempt")}
    assert {hostname.partition("@")[0] for hostname in hostnames} == {f"{queue}-0"}


@PROCESSES
def test_a_task_whose_process_dies_runs_again(workers: Workers, journal: Journal) -> None:
    workers.start(DEFAULT)

    probes.deadly.delay(deaths=1)

    journal.wait_for("succeeded", task="probes.deadly")
    assert len(journal.entries("attempt")) == 2


@PROCESSES
def test_a_task_that_hangs_is_ended_and_the_worker_goes_on(
    workers: Workers, journal: Journal
) -> None:
    workers.start(DEFAULT, "--concurrency=1")

    probes.endless.delay()
    journal.wait_for("attempt")
    probes.record[DEFAULT].delay("next")

    journal.wait_for("ran", label="next")
    assert len(journal.entries("attempt")) == 1


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("probes.broken", [], id="fails"),
        pytest.param("probes.deadly", [2], id="kills its process", marks=PROCESSES),
        pytest.param("probes.endless", [], id="hangs", marks=PROCESSES),
        pytest.param("nobody.knows", [], id="is unknown"),
    ],
)
def test_a_task_that_cannot_be_done_is_a_dead_letter(
    name: str, arguments: list[int], workers: Workers
) -> None:
    workers.start(DEFAULT)

    app.send_task(name, arguments)

    with app.connection_for_read() as connection:
        message = eventually(lambda: _dead_letter(connection), within=20)
        assert json.loads(message["Body"])["headers"]["task"] == name
        assert message["MessageAttributes"]["queue"]["StringValue"] == DEFAULT_QUEUE.name
        assert _dead_letter(connection) is None


def test_a_task_that_expires_is_dropped(workers: Workers, journal: Journal) -> None:
    probes.record[DEFAULT].apply_async(["late"], expires=1)
    sleep(1.5)  # it has expired, by the clock of the broker as well
    workers.start(DEFAULT)
    probes.record[DEFAULT].delay("in time")

    assert [run["label"] for run in journal.wait_for("ran")] == ["in time"]
    with app.connection_for_read() as connection:
        assert _dead_letter(connection) is None


def _dead_letter(connection: Connection) -> dict[str, Any] | None:
    channel = connection.default_channel
    sqs, url = channel.client_and_url(DEAD_LETTER_QUEUE)
    answer = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["queue"])
    return next(iter(answer.get("Messages", [])), None)
