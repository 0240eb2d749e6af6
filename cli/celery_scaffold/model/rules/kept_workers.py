"""Rules about workers, limits and shutdown, kept by what the templates say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.model.capabilities import Topic
from celery_scaffold.model.queues import Pool
from celery_scaffold.model.rules.rule import Case, Severity, kept

if TYPE_CHECKING:
    from collections.abc import Callable

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
# Seconds that Celery waits for a child to say that it is up; a busy host needs more.
_CHILD_STARTS = 30


# --- conditions ----------------------------------------------------------------------------------------


def _some_command(wrong: Callable[[list[str]], bool]) -> Callable[[Case], bool]:
    return lambda case: any(wrong(command) for command in case.commands())


def _after(command: list[str], flag: str) -> str:
    """The word behind a flag; empty where the flag is not given."""
    return command[command.index(flag) + 1] if flag in command else ""


def _prefetch(case: Case) -> bool:
    return case.setting("worker_prefetch_multiplier", 4) != 1 or _some_command(
        lambda command: _after(command, "--prefetch-multiplier") not in {"", "1"}
    )(case)


def _limits(case: Case) -> list[tuple[float | None, float | None]]:
    """Soft and hard limit of each queue."""
    given: dict[str, tuple[float | None, float | None]] = case.rendered.get("limits", {})
    return list(given.values()) or [(timing.soft_time_limit, timing.time_limit) for timing in case.queue_timings]


def _containers(case: Case) -> list[tuple[str, dict[str, object]]]:
    """The containers of the workers."""
    return [(name, service) for name, service in case.services().items() if name.startswith("worker-")]


def _seconds(text: object) -> int:
    return int(str(text).removesuffix("s") or 10)


def _killed_too_early(case: Case) -> bool:
    timings = dict(zip((queue.name for queue in case.project.queues), case.queue_timings, strict=True))
    return any(
        _seconds(service.get("stop_grace_period", "10s")) <= timings[name.removeprefix("worker-")].time_limit
        for name, service in _containers(case)
    )


def _shell_is_first(case: Case) -> bool:
    def wrong(service: dict[str, object]) -> bool:
        return not service.get("init") or not isinstance(service.get("command"), list)

    return any(wrong(service) for _, service in _containers(case))


def _forks_grpc(case: Case) -> bool:
    needs_spawn = "spawn" in (case.project.broker.can(Topic.FORK), case.project.backend.can(Topic.FORK))
    forks = any(queue.pool is Pool.PREFORK for queue in case.project.queues)
    return needs_spawn and forks and case.setting("worker_pool_start_method", "fork") != "spawn"


# --- the rules -----------------------------------------------------------------------------------------

WORKER_RULES = (
    kept(
        "R08",
        _WARNING,
        _prefetch,
        "messages are parked behind a long task while other workers are idle, and autoscalers see an empty queue",
        "worker_prefetch_multiplier 1",
        "celery-reference R08; Celery's user guide, optimizing",
    ),
    kept(
        "R16",
        _INFO,
        _some_command(lambda command: "--autoscale" in command),
        "on quorum queues the prefetch stays that of the largest size",
        "a fixed concurrency, and more containers where more is needed",
        "celery-reference R16, X5c",
    ),
    kept(
        "R17",
        _ERROR,
        _some_command(lambda command: not _after(command, "--hostname").endswith("@%h")),
        "two workers of one name cannot be: on RabbitMQ the second one exits with RESOURCE_LOCKED",
        "--hostname QUEUE@%h, and a host name for each container",
        "celery-reference R17, X29; celery-verified 5",
    ),
    kept(
        "R34",
        _WARNING,
        _some_command(
            lambda command: _after(command, "--pool") == "prefork" and "--max-tasks-per-child" not in command
        ),
        "what a task leaks stays until the worker is restarted",
        "--max-tasks-per-child 1000",
        "celery-reference R34; Celery's user guide, optimizing",
    ),
    kept(
        "R35",
        _WARNING,
        lambda case: case.setting("worker_proc_alive_timeout", 4) < _CHILD_STARTS,
        "a child that takes more than 4 s to import the project is killed and started again, for ever",
        "worker_proc_alive_timeout 30",
        "celery-reference R35; celery/concurrency/asynpool.py",
    ),
    kept(
        "R36",
        _ERROR,
        lambda case: any(soft and hard and soft >= hard for soft, hard in _limits(case)),
        "the hard limit strikes first, and a task has no time to clean up",
        "a soft limit below the hard one",
        "celery-reference R36, X27",
    ),
    kept(
        "R38",
        _WARNING,
        _some_command(lambda command: _after(command, "--pool") in {"gevent", "eventlet"}),
        "with gevent the soft limit is ignored, and eventlet installs nothing on Python 3.10",
        "pool prefork or threads",
        "celery-reference R38, X27; celery's METADATA",
    ),
    kept(
        "R39",
        _WARNING,
        lambda case: any(hard is None for _, hard in _limits(case)),
        "a hanging child is seen by no health check",
        "a hard time limit for every task",
        "celery-reference R39, X11b",
    ),
    kept(
        "R50",
        _WARNING,
        lambda case: case.setting("broker_connection_max_retries", 100) is not None,
        "a worker gives up after some 45 minutes without its broker",
        "broker_connection_max_retries None",
        "celery-reference R50",
    ),
    kept(
        "R52",
        _WARNING,
        lambda case: (
            case.project.broker.can(Topic.REDELIVERY) == "at once"
            and not case.setting("worker_cancel_long_running_tasks_on_connection_loss")
        ),
        "after a lost connection the broker delivers a task again while the first run goes on",
        "worker_cancel_long_running_tasks_on_connection_loss True",
        "celery-reference R52; celery/worker/consumer/consumer.py",
    ),
    kept(
        "R53",
        _ERROR,
        lambda case: case.setting("worker_soft_shutdown_timeout", 0) > 0,
        "a soft shutdown does nothing on SIGTERM unless REMAP_SIGTERM is set, and then always takes its whole time",
        "the drain of worker/lifecycle.py instead",
        "celery-reference R53, X10b; docs/decisions/0005",
    ),
    kept(
        "R54",
        _ERROR,
        _killed_too_early,
        "the container is killed in the middle of a task",
        "a stop_grace_period above the hard limit of the queue",
        "celery-reference R54, X10b",
    ),
    kept(
        "R55",
        _ERROR,
        _shell_is_first,
        "a shell as the first process ignores SIGTERM, and ten seconds later all is killed",
        "init: true, and a command as a list",
        "celery-reference R55, X10c",
    ),
    kept(
        "R56",
        _WARNING,
        _some_command(lambda command: "--without-gossip" not in command or "--without-mingle" not in command),
        "workers send each other more messages with every worker, start a second later, and nothing needs it",
        "--without-gossip --without-mingle; heartbeats stay, monitors need them",
        "celery-reference R56, X12",
    ),
    kept(
        "R57",
        _WARNING,
        lambda case: case.setting("worker_hijack_root_logger", True) is not False,
        "Celery removes the handlers of others from the root logger: error trackers go blind",
        "worker_hijack_root_logger False",
        "celery-reference R57; celery/app/log.py",
    ),
    kept(
        "R58",
        _INFO,
        lambda case: bool(case.setting("worker_send_task_events")) or bool(case.setting("task_send_sent_event")),
        "events that nobody reads cost a third of the throughput",
        "switch them on where a monitor reads them",
        "celery-reference R58, X12",
    ),
    kept(
        "R78",
        _WARNING,
        lambda case: (
            case.setting("worker_eta_task_limit") is not None
            and case.setting("worker_eta_task_limit") < max(queue.concurrency for queue in case.project.queues)
        ),
        "the limit caps the whole prefetch: workers idle",
        "no worker_eta_task_limit, or one above concurrency × prefetch",
        "celery-reference R78; kombu/common.py",
    ),
    kept(
        "R79",
        _WARNING,
        _forks_grpc,
        "gRPC does not survive a fork: children hang",
        "worker_pool_start_method spawn, or pool=threads",
        "celery-reference R79; Celery's user guide, optimizing",
    ),
)
