"""The tasks of every queue, by the rules of a worker. Replace these with the example tasks."""

import socket

import pytest
from celery import states

from standard_sqs.app import app
from standard_sqs.tasks import MODULES
from standard_sqs.tasks.default import connect
from standard_sqs.topology import MAX_ATTEMPTS, RETRY_BACKOFF_MAX, queue_of_task

from tests.strict_eager import StrictEager


def tasks_of(module: str) -> list[str]:
    """Return the names of the tasks that a module defines."""
    return [name for name, task in app.tasks.items() if task.__module__ == module]


@pytest.mark.parametrize("module", MODULES)
def test_the_tasks_of_a_module_share_the_queue_of_that_name(module: str) -> None:
    names = tasks_of(module)

    assert names
    # `emails__send_receipt` is the module of one more task of the queue `emails`.
    assert {queue_of_task(name).key.replace("-", "_") for name in names} == {
        module.rpartition(".")[2].partition("__")[0]
    }


@pytest.mark.parametrize("module", [module for module in MODULES if "__" not in module])
def test_the_example_of_a_queue_runs(module: str, strict_eager: StrictEager) -> None:
    name = f"{module}.example"
    queue = queue_of_task(name)

    app.send_task(name, ["hello"])

    (run,) = strict_eager.calls
    assert (run.queue, run.state) == (queue.name, states.SUCCESS)
    assert run.result == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


def test_a_task_is_repeated_with_delays_and_gives_up(strict_eager: StrictEager) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # and does not listen: connections are refused
        connect.delay(*silent.getsockname())

    assert [run.state for run in strict_eager.calls] == [
        *[states.RETRY] * (MAX_ATTEMPTS - 1),
        states.FAILURE,
    ]
    for run in strict_eager.calls[1:]:
        assert run.countdown is not None
        assert 1 <= run.countdown <= RETRY_BACKOFF_MAX
