"""`worker` and `beat`: this process becomes Celery's and keeps its id, so signals reach it."""

import os
import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence

from standard_sqs.ops.console import DONE, OperatorError, queue_named, write
from standard_sqs.settings import ENV_PREFIX, get_settings
from standard_sqs.topology import WorkQueue

APP = "standard_sqs.app"
# No banner: where logs are JSON, every line is.
QUIET = ("--quiet",)
# All three are for everybody, and Amazon SQS brings a message to one.
SILENT = ("--without-gossip", "--without-mingle", "--without-heartbeat")


def run_worker(arguments: Namespace) -> int:
    """Replace this process by the worker of one or more queues."""
    queues = [queue_named(name) for name in arguments.queues]
    return _become(worker_command(queues), arguments)


def run_beat(arguments: Namespace) -> int:
    """Replace this process by beat."""
    return _become(beat_command(), arguments)


def worker_command(queues: Sequence[WorkQueue]) -> list[str]:
    """Celery's arguments for a worker of these queues; several must share a kind of pool.

    Such a worker runs as many tasks at once as one worker for each queue would. Its name must be
    unique: workers are asked and told by name.
    """
    pools = {queue.pool for queue in queues}
    if len(pools) > 1:
        names = " and ".join(sorted(pools))
        raise OperatorError(f"one worker cannot have {names} pools", "start one for each queue")
    name = "-".join(queue.key for queue in queues)
    command = ["celery", *QUIET, "--app", APP, "worker"]
    command += ["--hostname", f"{name}@%h"]
    command += ["--queues", ",".join(queue.name for queue in queues)]
    command += ["--pool", queues[0].pool]
    command += ["--concurrency", str(sum(queue.concurrency for queue in queues))]
    command += ["--prefetch-multiplier", str(min(queue.prefetch_multiplier for queue in queues))]
    command += _children_arguments(queues)
    return [*command, *SILENT]


def beat_command(app: str = APP) -> list[str]:
    """Celery's arguments for beat; what it schedules and how it stays single is configured."""
    return ["celery", *QUIET, "--app", app, "beat"]


def _children_arguments(queues: Sequence[WorkQueue]) -> list[str]:
    if queues[0].pool == "threads":
        return []
    most = [queue.max_tasks_per_child for queue in queues if queue.max_tasks_per_child]
    return ["--max-tasks-per-child", str(min(most))] if most else []


def _become(command: Sequence[str], arguments: Namespace) -> int:
    command = [*command, *arguments.celery_arguments]
    if not arguments.print:
        if arguments.loglevel:
            # Not Celery's --loglevel: worker/logs.py sets up all logging, by the settings.
            os.environ[f"{ENV_PREFIX}LOG_LEVEL"] = arguments.loglevel
        get_settings()  # what is wrong with them is said here, in one line
        # The interpreter that runs this, not the `celery` that PATH happens to have.
        os.execv(sys.executable, [sys.executable, "-m", *command])  # noqa: S606 - no shell wanted
    write(shlex.join(command))
    return DONE
