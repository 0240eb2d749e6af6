"""The project as a value, before it is files."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from celery_scaffold.errors import ScaffoldError, nearest, shown
from celery_scaffold.model.clouds.cloud import BROKER, RESULT_BACKEND
from celery_scaffold.model.hosts import Hosts
from celery_scaffold.model.serializers import JSON
from celery_scaffold.model.timing import ProjectTiming, QueueTiming, project_timing, queue_timing, visibility_timeout

if TYPE_CHECKING:
    from celery_scaffold.model.backends import Backend
    from celery_scaffold.model.brokers import Broker
    from celery_scaffold.model.clouds import Cloud
    from celery_scaffold.model.clouds.tokens import Token
    from celery_scaffold.model.queues import Queue
    from celery_scaffold.model.schedules import Schedule
    from celery_scaffold.model.services import Service


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
        clouds: where it will run.
        queues: at least one, unique names.
        default_queue: the name of the queue for tasks that no route matches.
        timezone: IANA name, for crontab entries.
        python: `3.x` of the container image.
        ci: github or gitlab.
        max_attempts: runs of a task before it is given up, the first one included (≥ 1).
        longest_delay: seconds; the longest countdown or retry delay in use.
        result_expires: seconds a result is kept.
        schedules: what runs by itself, unique names.
        accepted: ids of warnings that the owner accepts, each with the reason.
        serializer: json, msgpack or auth.
    """

    name: str
    package: str
    description: str
    preset: str
    added: tuple[str, ...]
    left_out: tuple[str, ...]
    broker: Broker
    backend: Backend
    clouds: tuple[Cloud, ...]
    queues: tuple[Queue, ...]
    default_queue: str
    timezone: str
    python: str
    ci: str
    max_attempts: int
    longest_delay: int
    result_expires: int
    schedules: tuple[Schedule, ...] = ()
    accepted: tuple[tuple[str, str], ...] = ()
    serializer: str = JSON

    @property
    def services(self) -> tuple[Service, ...]:
        """The servers that compose brings, the broker's first."""
        return tuple(dict.fromkeys((*self.broker.services, *self.backend.services)))

    @property
    def stack(self) -> str:
        """What compose starts; an emulator is not the real thing."""
        emulators: dict[str, list[str]] = {}
        for service in self.services:
            if service.stands_in_for:
                emulators.setdefault(service.stands_in_for, []).append(service.name)
        said = [
            f"{' and '.join(names)} {'stands' if len(names) == 1 else 'stand'} in for {one}"
            for one, names in emulators.items()
        ]
        return f"the stack ({', '.join(said)})" if said else "the real stack"

    @property
    def tls_services(self) -> tuple[Service, ...]:
        """Those that `compose.tls.yaml` can start with TLS."""
        return tuple(service for service in self.services if service.tls_image)

    @property
    def srv_settings(self) -> dict[str, bool]:
        """The settings whose URL can name its server by a record in DNS, and whether that can be several servers."""
        sides = (("broker_url", self.broker.hosts), ("result_backend_url", self.backend.hosts))
        return {setting: hosts is Hosts.SEVERAL for setting, hosts in sides if hosts is not Hosts.NONE}

    @property
    def tokens(self) -> dict[str, tuple[Token, ...]]:
        """The kinds of tokens that its servers in the clouds take for a password; by setting, named without `_url`."""
        sides = (("broker", BROKER, self.broker.kind), ("result_backend", RESULT_BACKEND, self.backend.kind))
        found = {setting: self._tokens_of(side, kind) for setting, side, kind in sides}
        return {setting: tokens for setting, tokens in found.items() if tokens}

    def _tokens_of(self, side: str, kind: str) -> tuple[Token, ...]:
        services = (service for cloud in self.clouds for service in cloud.for_side(side, kind))
        return tuple(dict.fromkeys(service.token for service in services if service.token))

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
        return self._name_on_broker(queue.name)

    @property
    def dead_letter_queue(self) -> str:
        """What the broker calls the queue for what was given up, where it keeps that."""
        return self._name_on_broker("dead-letters")

    def _name_on_broker(self, queue: str) -> str:
        name = f"{self.name}{self.broker.queue_separator}{queue}"
        return name if self.broker.hyphens else name.replace("-", "_")

    def visibility_timeout(self, queue: Queue) -> int:
        """Seconds for which a worker may have a message of this queue; what the broker holds it for does not count."""
        held = max(0, self.longest_delay - self.broker.native_delay)
        return visibility_timeout(timing_of(queue).time_limit, held)

    def globs(self, queue: Queue) -> tuple[str, ...]:
        """The task names that are routed to the queue: its own module's, and what its owner added."""
        return tuple(dict.fromkeys((*queue.routes, f"{self.package}.tasks.{queue.module}.*")))

    def queue_of_task(self, task: str) -> Queue:
        """Where a task goes, as in the generated `topology.py`: by its exact name, then by the longest glob."""
        globs = [(glob, queue) for queue in self.queues for glob in self.globs(queue)]
        for glob, queue in sorted(globs, key=lambda entry: ("*" in entry[0], -len(entry[0]))):
            if fnmatchcase(task, glob):
                return queue
        return next(queue for queue in self.queues if queue.name == self.default_queue)

    def full_task_name(self, task: str) -> str:
        """The name of a task in full: `emails.send` is `<package>.tasks.emails.send` if there is a queue `emails`."""
        first, _, function = task.partition(".")
        modules = {name: queue.module for queue in self.queues for name in (queue.name, queue.module)}
        return f"{self.package}.tasks.{modules[first]}.{function}" if first in modules and "." not in function else task


def check_scheduled_tasks(project: Project) -> None:
    """Refuse a schedule for a task below `tasks` that belongs to no queue; any other name may be somebody else's task.

    Raises:
        ScaffoldError: naming the schedule, with the nearest queue.
    """
    names = [queue.name for queue in project.queues]
    own = f"{project.package}.tasks."
    for schedule in project.schedules:
        task = project.full_task_name(schedule.task)
        is_routed = any(fnmatchcase(task, glob) for queue in project.queues for glob in project.globs(queue))
        if (task.startswith(own) and not is_routed) or "-" in task:
            message = f"schedule {schedule.name!r}: the task {shown(schedule.task)} is one of no queue"
            raise ScaffoldError(message, nearest(task.removeprefix(own).partition(".")[0], names))


def check_routes(project: Project) -> None:
    """Refuse a route that takes tasks of another queue's own module: those go to the queue the module is called after.

    Of several globs that match a task the most specific one counts, as in the generated `topology.py`.

    Raises:
        ScaffoldError: naming the route and both queues.
    """
    own = {f"{project.package}.tasks.{queue.module}.*": queue for queue in project.queues}
    for queue in project.queues:
        for route in queue.routes:
            owner = next((own[glob] for glob in own if _takes(route, glob)), queue)
            if owner != queue:
                raise ScaffoldError(
                    f"queue {queue.name!r}: the route {shown(route)} takes tasks of the module of queue {owner.name!r}",
                    f"drop that route, or move those tasks into the module tasks/{queue.module}.py",
                )


def _takes(route: str, module_glob: str) -> bool:
    """Whether the route leads some task of a module elsewhere: one by its name, or all by a glob that is longer."""
    is_longer = len(route) >= len(module_glob) and fnmatchcase(module_glob.replace("*", "example"), route)
    return is_longer or fnmatchcase(route, module_glob)


def timing_of(queue: Queue) -> QueueTiming:
    """The timeouts of one queue."""
    return queue_timing(queue.max_task_seconds)
