"""The schedule keeps its own rules."""

import inspect
import json
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from celery.schedules import crontab

from standard_sqs.app import app
from standard_sqs.schedule import BEAT_SCHEDULE, Entry
from standard_sqs.topology import kombu_queues

EACH_ENTRY = pytest.mark.parametrize("entry", BEAT_SCHEDULE.values(), ids=BEAT_SCHEDULE)


@pytest.fixture(autouse=True)
def _tasks() -> None:
    app.loader.import_default_modules()


def shortest_interval(schedule: timedelta | crontab) -> timedelta:
    """The shortest time between two runs, of the next hundred."""
    if isinstance(schedule, timedelta):
        return schedule
    runs: list[datetime] = [app.now()]
    for _ in range(100):
        last_run, until_next, _now = schedule.remaining_delta(runs[-1])
        runs.append(last_run + until_next)
    return min(later - earlier for earlier, later in pairwise(runs[1:]))


@EACH_ENTRY
def test_a_run_expires_before_the_next_one(entry: Entry) -> None:
    expires = timedelta(seconds=entry["options"]["expires"])
    assert timedelta() < expires < shortest_interval(entry["schedule"])


@EACH_ENTRY
def test_its_task_exists_and_takes_these_arguments(entry: Entry) -> None:
    task = app.tasks[entry["task"]]
    inspect.signature(task.run).bind(**entry["kwargs"])
    assert json.loads(json.dumps(entry["kwargs"])) == entry["kwargs"]


@EACH_ENTRY
def test_it_goes_to_a_declared_queue(entry: Entry) -> None:
    queue = app.amqp.router.route({}, entry["task"])["queue"]
    assert queue.name in {declared.name for declared in kombu_queues()}


def test_beat_is_given_this_schedule() -> None:
    assert app.conf.beat_schedule == BEAT_SCHEDULE
