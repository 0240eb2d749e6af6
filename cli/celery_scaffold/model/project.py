"""The project as a value, before it is files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold.model.timing import ProjectTiming, QueueTiming, project_timing, queue_timing

if TYPE_CHECKING:
    from celery_scaffold.model.backends import Backend
    from celery_scaffold.model.brokers import Broker
    from celery_scaffold.model.queues import Queue


@dataclass(frozen=True)
class Project:
    """Validated answers. Everything that is rendered follows from this value and the tool's version.

    Attributes:
        name: directory, distribution and prefix of every queue.
        package: import name.
        description: one line.
        preset: minimal, standard or full.
        added: components asked for beyond the preset.
        left_out: components of the preset that are not wanted.
        broker: where tasks wait.
        backend: where results are kept.
        clouds: where it runs; recorded for the components that depend on it.
        queues: at least one, unique names.
        default_queue: the name of the queue for tasks that no route matches.
        timezone: IANA name, for crontab entries.
        python: `3.x` of the container image.
        ci: github or gitlab.
        max_attempts: runs of a task before it is given up, the first one included (≥ 1).
        longest_delay: seconds; the longest countdown or retry delay in use.
        result_expires: seconds a result is kept.
    """

    name: str
    package: str
    description: str
    preset: str
    added: tuple[str, ...]
    left_out: tuple[str, ...]
    broker: Broker
    backend: Backend
    clouds: tuple[str, ...]
    queues: tuple[Queue, ...]
    default_queue: str
    timezone: str
    python: str
    ci: str
    max_attempts: int
    longest_delay: int
    result_expires: int

    @property
    def environment_prefix(self) -> str:
        """What the names of the project's environment variables begin with."""
        return f"{self.package.upper()}_"

    @property
    def has_rate_limits(self) -> bool:
        """Whether any queue limits how many tasks it starts in a time."""
        return any(queue.rate_limit for queue in self.queues)

    def timing(self) -> ProjectTiming:
        """The timeouts of the project as a whole."""
        return project_timing(tuple(queue.max_task_seconds for queue in self.queues), self.longest_delay)

    def full_queue_name(self, queue: Queue) -> str:
        """What the broker calls the queue; prefixed, since brokers are shared (rule R65)."""
        return f"{self.name}.{queue.name}"

    def globs(self, queue: Queue) -> tuple[str, ...]:
        """The task names that are routed to the queue: its own module's, and what its owner added."""
        return tuple(dict.fromkeys((*queue.routes, f"{self.package}.tasks.{queue.module}.*")))


def timing_of(queue: Queue) -> QueueTiming:
    """The timeouts of one queue."""
    return queue_timing(queue.max_task_seconds)
