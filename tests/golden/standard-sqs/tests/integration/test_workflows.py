"""The workflows, on the real broker and result backend."""

import subprocess

from standard_sqs import workflows
from standard_sqs.topology import DEFAULT_QUEUE

from tests.integration.conftest import PROBES, Workers
from tests.integration.journal import Journal

DEFAULT = DEFAULT_QUEUE.key
NAMES = "standard_sqs.workflows"


def test_a_chain_runs_to_its_end(workers: Workers) -> None:
    workers.start(DEFAULT)

    result = workflows.invoice(7, percent=20).apply_async()

    assert result.get(timeout=30) == 840


def test_a_chain_that_fails_is_reported(workers: Workers, journal: Journal) -> None:
    workers.start(DEFAULT)

    workflows.invoice(-1).apply_async()

    journal.wait_for("succeeded", task=f"{NAMES}.report_failure")
    assert journal.entries("succeeded", task=f"{NAMES}.add_tax") == []


def test_a_group_runs_all_its_tasks(workers: Workers) -> None:
    workers.start(DEFAULT)

    result = workflows.prices(range(10)).apply_async()

    assert result.get(timeout=30) == [100 * order for order in range(10)]


def test_a_chord_ends_with_all_results(workers: Workers) -> None:
    workers.start(DEFAULT)

    result = workflows.revenue(range(10)).apply_async()

    assert result.get(timeout=30) == 4500


def test_a_chord_that_fails_is_reported(workers: Workers, journal: Journal) -> None:
    workers.start(DEFAULT)

    workflows.revenue([1, -1, 3]).apply_async()

    journal.wait_for("succeeded", task=f"{NAMES}.report_failure")
    assert journal.entries("succeeded", task=f"{NAMES}.total") == []


def test_chunks_and_maps_return_what_the_calls_did(workers: Workers, journal: Journal) -> None:
    workers.start(DEFAULT)

    workflows.prices_in_chunks([1, 2, 3], size=2).apply_async()
    workflows.prices_in_order([1, 2]).apply_async()
    workflows.taxes_in_order([(100, 20), (200, 10)]).apply_async()

    journal.wait_for("succeeded", task="celery.starmap", result=[100, 200])
    journal.wait_for("succeeded", task="celery.starmap", result=[300])
    journal.wait_for("succeeded", task="celery.map", result=[100, 200])
    journal.wait_for("succeeded", task="celery.starmap", result=[120, 220])


def test_an_export_goes_on_where_a_killed_worker_stopped(
    workers: Workers, journal: Journal
) -> None:
    def start() -> subprocess.Popen[bytes]:
        include = f"{PROBES},tests.integration.workflow_probes"
        # With one process, a batch is acknowledged before the next one begins.
        return workers.start(DEFAULT, "--concurrency=1", include=include)

    worker = start()
    workflows.export.delay(0, 50, 10)
    journal.wait_for("holding")

    workers.kill(worker)
    journal.release()
    start()

    journal.wait_for("exported", order=49)
    exported = [entry["order"] for entry in journal.entries("exported")]
    # Killed in the middle of the third batch: that one starts over, and nothing else does.
    assert exported == [*range(26), *range(20, 50)]
