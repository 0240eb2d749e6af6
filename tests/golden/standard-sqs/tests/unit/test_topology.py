"""Queues, routes and time limits."""

import json
import re

import pytest
from celery.app.routes import Router

from standard_sqs import topology
from standard_sqs.app import app
from standard_sqs.topology import DEFAULT_QUEUE, QUEUES, WorkQueue, queue_of_task

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
def test_sqs_waits_longer_than_a_task_and_what_is_left_of_a_delay(queue: WorkQueue) -> None:
    held = max(0, topology.LONGEST_DELAY - topology.BROKER_DELAY)
    # Longer still: behind one running task the next is already unacknowledged. 12 hours at most.
    timeout = topology.VISIBILITY_TIMEOUTS[queue.name]
    assert 2 * queue.time_limit + held < timeout <= 12 * 60 * 60


def test_a_message_that_is_never_acknowledged_ends_as_a_dead_letter() -> None:
    for queue in QUEUES.values():
        attributes = topology.queue_attributes(queue.name, "arn:of:the:dead")
        assert json.loads(attributes["RedrivePolicy"]) == {
            "deadLetterTargetArn": "arn:of:the:dead",
            "maxReceiveCount": topology.MAX_RECEIVES,
        }
        assert attributes["VisibilityTimeout"] == str(topology.VISIBILITY_TIMEOUTS[queue.name])
    assert "RedrivePolicy" not in topology.queue_attributes(topology.DEAD_LETTER_QUEUE, "")


def test_sqs_allows_the_names_of_all_queues() -> None:
    for name in topology.queue_names():
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,75}(\.fifo)?", name), name


def test_a_queue_has_its_own_address_in_each_partition() -> None:
    name = topology.DEFAULT_QUEUE.name
    for region, domain in (("eu-central-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn")):
        url = topology.queue_urls(region, "123456789012")[name]
        assert url == f"https://sqs.{region}.{domain}/123456789012/{name}"


@EACH_QUEUE
def test_a_message_tells_its_queue(queue: WorkQueue) -> None:
    assert topology.queue_of_routing_key(queue.name) == queue.name
    assert topology.queue_of_routing_key("") is None
