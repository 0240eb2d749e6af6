"""The health files: what keeps them fresh, and what does not."""

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from celery.contrib.testing.worker import TestWorkController
from celery.worker import state

from standard_sqs import topology
from standard_sqs.settings import SettingsError, get_settings
from standard_sqs.worker import health

PATIENCE = 100.0


class Request:
    """As much of Celery's request as counts here; `reserved_requests` refers to it weakly."""

    def __init__(self, task_id: str) -> None:
        self.id = task_id


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Say which requests wait or run, and how many the pool has started so far."""
    held: list[Request] = []
    monkeypatch.setattr(state, "all_total_count", [0])
    monkeypatch.setattr(state, "reserved_requests", held)

    def hold(*task_ids: str, started: int) -> None:
        held[:] = [Request(task_id) for task_id in task_ids]
        state.all_total_count[0] = started

    return hold


@pytest.fixture
def files(tmp_path: Path) -> health.Health:
    opened = health.Health(tmp_path / "run", health.Progress(PATIENCE))
    opened.open()
    return opened


def names(files: health.Health) -> set[str]:
    return {file.name for file in files.live.parent.iterdir()}


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        pytest.param((("a", "b"), 2), (("a", "b"), 2), False, id="nothing moved"),
        pytest.param((("a",), 1), (("a", "b"), 1), False, id="one more waits"),
        pytest.param((("a", "b"), 1), (("a", "b"), 2), True, id="one started"),
        pytest.param((("a", "b"), 2), (("b",), 2), True, id="one ended"),
        pytest.param((("a",), 1), (("b",), 1), True, id="one ended, another arrived"),
        pytest.param((("a",), 1), ((), 1), True, id="idle"),
    ],
)
def test_the_pool_makes_progress(
    pool: Callable[..., None],
    before: tuple[tuple[str, ...], int],
    after: tuple[tuple[str, ...], int],
    *,
    moves: bool,
) -> None:
    progress = health.Progress(PATIENCE)
    pool(*before[0], started=before[1])
    assert progress.look(0)
    pool(*after[0], started=after[1])
    assert progress.look(PATIENCE)
    assert progress.look(PATIENCE + 1) is moves


def test_the_queues_of_a_worker_are_those_it_was_given() -> None:
    given = topology.DEFAULT_QUEUE
    names = {given.name: None, "of another project": None}
    worker = SimpleNamespace(amqp=SimpleNamespace(queues=SimpleNamespace(consume_from=names)))
    assert health.consumed_queues(worker) == [given]


def test_a_worker_is_live_as_long_as_its_loop_turns(files: health.Health) -> None:
    files.connected(1000)
    assert files.is_live(1000 + health.LOOP_PATIENCE)
    assert not files.is_live(1001 + health.LOOP_PATIENCE)
    files.turned(1001 + health.LOOP_PATIENCE, consuming=True)
    assert files.is_live(1001 + health.LOOP_PATIENCE)


def test_a_worker_without_its_broker_is_live_for_any_time(
    files: health.Health, pool: Callable[..., None]
) -> None:
    pool("a", started=1)
    files.connected(0)
    assert files.is_live(1)
    files.disconnected()
    assert files.is_live(1e6)
    # What ran meanwhile could not be heard of: its time begins anew.
    files.connected(1e6)
    assert files.is_live(1e6 + 1)


def test_ready_means_consuming_and_started_stays(files: health.Health) -> None:
    assert names(files) == {"live"}
    files.connected(0)
    files.turned(0, consuming=False)
    assert names(files) == {"live"}
    files.turned(1, consuming=True)
    assert names(files) == {"live", "ready", "started"}
    files.turned(2, consuming=False)
    assert names(files) == {"live", "started"}
    files.turned(3, consuming=True)
    files.disconnected()
    assert names(files) == {"live", "started"}
    files.close()
    assert names(files) == set()


def test_a_draining_worker_is_live_but_not_ready(files: health.Health) -> None:
    files.connected(0)
    files.turned(0, consuming=True)
    files.drain()
    assert names(files) == {"live", "started"}
    files.turned(1, consuming=True)
    assert names(files) == {"live", "started"}
    assert files.is_live(1)


def test_the_files_of_an_earlier_process_are_removed(tmp_path: Path) -> None:
    for name in ("started", "ready"):
        (tmp_path / name).touch()
    files = health.Health(tmp_path, health.Progress(PATIENCE))
    files.open()
    assert names(files) == {"live"}


def test_a_directory_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    files = health.Health(tmp_path / "file" / "run", health.Progress(PATIENCE))
    with pytest.raises(SettingsError, match=r"^\w+RUN_DIR cannot be written: .*/file/run'$"):
        files.open()


@pytest.fixture
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "INTERVAL", 0.05)


@pytest.mark.usefixtures("_often")
def test_a_worker_that_stops_consuming_a_queue_is_live_but_not_ready(
    worker: TestWorkController,
) -> None:
    run_dir = get_settings().run_dir
    wait_until(lambda: (run_dir / "ready").exists() and (run_dir / "started").exists())
    consumer = worker.consumer
    queue = next(iter(consumer.app.amqp.queues.consume_from))
    consumer.call_soon(consumer.cancel_task_queue, queue)
    wait_until(lambda: not (run_dir / "ready").exists())
    touched = (run_dir / "live").stat().st_mtime_ns
    wait_until(lambda: (run_dir / "live").stat().st_mtime_ns > touched)


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
