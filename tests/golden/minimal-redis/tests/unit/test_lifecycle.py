"""The drain at the end of a worker. What it means for messages, the integration tests show."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery, bootsteps, signals
from celery.concurrency.thread import TaskPool as ThreadPool
from celery.worker.state import active_requests, reserved_requests, scheduled_requests
from kombu.utils.limits import TokenBucket

from minimal_redis import worker
from minimal_redis.app import app
from minimal_redis.worker import lifecycle


class Request:
    """As much of Celery's request as the drain needs."""

    def __init__(self) -> None:
        self.returned = False

    def reject(self, *, requeue: bool) -> None:
        self.returned = requeue


class Worker:
    """A worker that has just received SIGTERM."""

    def __init__(self, pool: object, *, limited: tuple[Request, ...] = ()) -> None:
        self.app = app
        self.pool = pool
        self.hub = object()
        self.blueprint = SimpleNamespace(state=bootsteps.CLOSE)
        self.cancelled = threading.Event()
        bucket = TokenBucket(fill_rate=1)
        for request in limited:
            bucket.add((request, 1))
        self.consumer = SimpleNamespace(
            task_buckets={"without": None, "limited": bucket, "of the same queue": bucket},
            cancel_active_requests=self.cancelled.set,
            connection=None,
            task_consumer=None,
            connection_errors=(OSError,),
        )


@pytest.fixture(autouse=True)
def _stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """These workers never stop, and at last the drain would end the process: that of pytest."""
    monkeypatch.setattr(lifecycle, "_give_up", lambda _: None)


@pytest.fixture(autouse=True)
def _forget_requests() -> Iterator[None]:
    yield
    for requests in (active_requests, reserved_requests, scheduled_requests):
        requests.clear()


@pytest.fixture
def _no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "consumed_queues", lambda _: [SimpleNamespace(drain_timeout=0)])


def drain(stopping: Any) -> None:
    step = lifecycle.Drain(stopping)
    step.close(stopping)
    step.stop(stopping)


def test_a_signal_wakes_the_event_loop_from_another_thread() -> None:
    woken: Queue[int] = Queue()
    stopping: Any = Worker(object())
    stopping.hub = SimpleNamespace(call_soon=lambda _: woken.put(threading.get_ident()))
    step = lifecycle.Drain(stopping)
    step.start(stopping)
    signals.worker_shutting_down.send(sender="a worker")
    assert woken.get(timeout=10) != threading.get_ident()


def test_a_worker_stops_whose_broker_refuses_a_queue() -> None:
    stopping = Worker(object())
    stopping.consumer.connection = object()
    drain(stopping)
    assert not stopping.cancelled.is_set()


def test_what_has_not_started_returns_at_once_and_what_runs_does_not() -> None:
    running, waiting, delayed, limited = (Request() for _ in range(4))
    active_requests.add(running)
    reserved_requests.update((running, waiting))
    scheduled_requests.add(delayed)
    drain(Worker(object(), limited=(limited,)))
    assert [request.returned for request in (running, waiting, delayed, limited)] == [
        False,
        True,
        True,
        True,
    ]


def test_without_an_event_loop_what_a_process_was_given_stays() -> None:
    given, delayed, limited = (Request() for _ in range(3))
    reserved_requests.add(given)
    scheduled_requests.add(delayed)
    stopping = Worker(object(), limited=(limited,))
    stopping.hub = None
    drain(stopping)
    assert [request.returned for request in (given, delayed, limited)] == [False, True, True]


@pytest.mark.usefixtures("_no_time")
def test_what_runs_at_the_deadline_is_cancelled() -> None:
    stopping = Worker(object())
    drain(stopping)
    assert stopping.cancelled.wait(10)


def test_nothing_happens_at_the_deadline_of_a_worker_that_has_stopped() -> None:
    stopped, running = Worker(object()), Worker(object())
    stopped.blueprint.state = bootsteps.TERMINATE
    lifecycle._at(stopped, time.monotonic(), lifecycle._cancel)
    lifecycle._at(running, time.monotonic() + 0.1, lifecycle._cancel)
    assert running.cancelled.wait(10)
    assert not stopped.cancelled.is_set()


def test_threads_may_end_their_tasks_but_start_no_other() -> None:
    request, go_on = Request(), threading.Event()
    pool = ThreadPool(limit=1)
    active_requests.add(request)
    running = pool.executor.submit(lambda: go_on.wait(10) and active_requests.discard(request))
    waiting = pool.executor.submit(int)
    with ThreadPoolExecutor() as other:
        drained = other.submit(drain, Worker(pool))
        deadline = time.monotonic() + 10
        while not waiting.cancelled() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert waiting.cancelled()
        assert not drained.done()
        go_on.set()
        drained.result(10)
    assert running.done()


@pytest.mark.usefixtures("_no_time")
def test_threads_that_run_at_the_deadline_are_abandoned(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[object] = []
    monkeypatch.setattr(lifecycle, "_leave", left.append)
    request = Request()
    active_requests.add(request)
    stopping = Worker(ThreadPool(limit=1))
    drain(stopping)
    assert left == [stopping]


def test_to_install_twice_is_to_install_once() -> None:
    once, twice = (Celery(set_as_current=False) for _ in range(2))
    worker.install(once)
    worker.install(twice)
    worker.install(twice)
    assert once.steps == twice.steps
