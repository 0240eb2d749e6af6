"""Processes that start anew import the project first, which takes a second or more."""

import os
from typing import Any

from celery import bootsteps
from celery.concurrency.prefork import TaskPool as ProcessPool


class ProcessesUp(bootsteps.StartStopStep):
    """Lets the worker take no message before a process can run it.

    Celery waits for its processes only where it has an event loop, and Pub/Sub has none.
    """

    requires = ("celery.worker.components:Pool",)

    def start(self, worker: Any) -> None:
        if worker.hub is None and isinstance(worker.pool, ProcessPool):
            processes = worker.pool._pool  # noqa: SLF001 - Celery would call a task of its own here
            # The worker that hangs is found out by its health files.
            processes.apply_async(os.getpid).wait(worker.app.conf.worker_proc_alive_timeout)
