"""Workers and beat are started with what the topology says."""

import os
import sys
from dataclasses import replace

import pytest

from standard_sqs.ops import cli, launch
from standard_sqs.ops.console import OperatorError
from standard_sqs.settings import ENV_PREFIX
from standard_sqs.topology import DEFAULT_QUEUE, QUEUES


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


@pytest.mark.parametrize("key", QUEUES)
def test_a_worker_gets_the_numbers_of_its_queue(key: str) -> None:
    queue = QUEUES[key]
    command = launch.worker_command([queue])
    assert option(command, "--queues") == queue.name
    assert option(command, "--hostname") == f"{key}@%h"
    assert option(command, "--pool") == queue.pool
    assert option(command, "--concurrency") == str(queue.concurrency)
    assert option(command, "--prefetch-multiplier") == str(queue.prefetch_multiplier)
    assert "--without-heartbeat" in command


def test_a_worker_of_two_queues_runs_as_many_tasks_as_two_workers() -> None:
    other = replace(DEFAULT_QUEUE, key="other", name="other-name", concurrency=3)
    command = launch.worker_command([DEFAULT_QUEUE, other])
    assert option(command, "--queues") == f"{DEFAULT_QUEUE.name},other-name"
    assert option(command, "--hostname") == f"{DEFAULT_QUEUE.key}-other@%h"
    assert option(command, "--concurrency") == str(DEFAULT_QUEUE.concurrency + 3)


def test_processes_and_threads_are_not_mixed() -> None:
    processes = replace(DEFAULT_QUEUE, pool="prefork")
    threads = replace(DEFAULT_QUEUE, pool="threads")
    with pytest.raises(OperatorError, match="prefork and threads"):
        launch.worker_command([processes, threads])


def test_print_shows_the_command_with_what_follows_the_dashes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["worker", DEFAULT_QUEUE.key, "--print", "--", "--autoscale", "4,1"]) == 0
    output = capsys.readouterr().out
    assert output.startswith("celery ")
    assert output.endswith(" --autoscale 4,1\n")


@pytest.mark.parametrize(
    "argv",
    [
        ["worker", DEFAULT_QUEUE.key],
        ["beat"],
    ],
)
def test_the_process_becomes_celery_of_the_same_interpreter(
    monkeypatch: pytest.MonkeyPatch, argv: list[str]
) -> None:
    became: list[list[str]] = []
    monkeypatch.setenv(f"{ENV_PREFIX}LOG_LEVEL", "INFO")
    monkeypatch.setattr(os, "execv", lambda _, command: became.append(command))
    cli.main([*argv, "--loglevel", "ERROR"])
    assert became[0][:3] == [sys.executable, "-m", "celery"]
    assert argv[0] in became[0]
    assert os.environ[f"{ENV_PREFIX}LOG_LEVEL"] == "ERROR"
