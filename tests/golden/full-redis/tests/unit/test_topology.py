"""Queues, routes and time limits."""

import pytest
from celery.app.routes import Router

from full_redis import topology
from full_redis.app import app
from full_redis.topology import DEFAULT_QUEUE, QUEUES, WorkQueue, queue_of_task

EACH_QUEUE = pytest.mark.parametrize("queue", QUEUES.values(), ids=QUEUES)


@EACH_QUEUE
def test_each_limit_leaves_time_for_the_one_before(queue: WorkQueue) -> None:
    assert queue.soft_time_limit < queue.time_limit < queue.drain_timeout < queue.stop_grace_period


@EACH_QUEUE
def test_a_queue_is_consumed_by_the_name_its_worker_asks_for(queue: WorkQueue) -> None:
    assert app.amqp.queues[queue.name].routing_key == queue.name


@pytest.mark.parametrize(("glob", "route"), topology.task_routes().items(), ids=str)
def test_celery_sends_a_task_where_queue_of_task_says(glob: str, route: dict[str, object]) -> None:
    task_name = glob.replace("*", "anything")
    options = app.amqp.router.route({}, task_name)
    assert options["queue"].name == queue_of_task(task_name).name == route["queue"]


def test_a_task_without_a_route_goes_to_the_default_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topology, "_globs", list)
    assert queue_of_task("any.task") is DEFAULT_QUEUE
    router = Router([], app.amqp.queues, create_missing=False, app=app)
    assert router.route({}, "any.task")["queue"].name == DEFAULT_QUEUE.name


def test_every_task_has_limits_retries_and_a_cap() -> None:
    app.loader.import_default_modules()
    for name, task in app.tasks.items():
        queue = queue_of_task(name)
        assert (task.soft_time_limit or 0) < task.time_limit <= queue.time_limit, name
        assert 0 < task.retry_backoff_max <= topology.LONGEST_DELAY, name


@EACH_QUEUE
def test_the_visibility_timeout_covers_a_task_and_a_delay_together(queue: WorkQueue) -> None:
    # Longer still: behind one running task the next is already unacknowledged.
    assert 2 * queue.time_limit + topology.LONGEST_DELAY < topology.VISIBILITY_TIMEOUT


@EACH_QUEUE
def test_a_message_tells_its_queue(queue: WorkQueue) -> None:
    assert topology.queue_of_routing_key(queue.name) == queue.name
    assert topology.queue_of_routing_key("") is None
