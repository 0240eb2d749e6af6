"""What the owner has to do by hand after an update: nothing in the project's files can do it for them. Pure.

What is said of servers was tried on Redis 8.0 and RabbitMQ 4.0, and `tests/generated/test_switch.py` follows the steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.component_steps import component_steps, container_steps, has
from celery_scaffold.environment_steps import Variables, dependencies
from celery_scaffold.model.project import timing_of
from celery_scaffold.serializer_steps import serializer_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from celery_scaffold.files import Tree
    from celery_scaffold.model.project import Project
    from celery_scaffold.model.queues import Queue


WITHOUT_BASE = (
    "compare .env with .env.example, and the new settings with what is deployed: without what was rendered last, "
    "nobody can say what has changed"
)
LOOK = "look at `git diff`, run `make lint test`, and commit it all in one, .celery-scaffold/ as well"


def steps(before: Project | None, after: Project, base: Tree, new: Tree) -> tuple[str, ...]:
    """What to do in the working tree, then where the project is deployed, in that order.

    Args:
        before: the project as last rendered; None when its answers cannot be read any more.
        after: the project as rendered now.
        base: the pristine tree as last rendered; empty where it is lost.
        new: the pristine tree as rendered now.
    """
    if not base:
        return (WITHOUT_BASE, LOOK)
    variables = Variables.between(base, new, before or after, after)
    here = [*variables.to_set()]
    if dependencies(base) != dependencies(new):
        here.append("`make install`, and commit the uv.lock that it makes: the dependencies changed")
    there = [*variables.to_deploy()]
    if before is not None:
        here += [*_moved_package(before, after), *_python(before, after)]
        there += _deployment(before, after)
    if base != new:
        here.append(LOOK)
    return (*here, *there, *variables.to_drop())


def _deployment(before: Project, after: Project) -> Iterator[str]:
    """What happens outside of this working tree, from the first new worker to what can be thrown away."""
    if _is_elsewhere(before, after):
        yield from _move(before, after)
    else:
        yield from _task_names(before, after)
        yield from _queues(before, after)
        yield from _chords(before, after)
        yield from serializer_steps(before, after)
        yield from _arguments(before, after)
        yield from _visibility(before, after)
    yield from _results(before, after)
    yield from component_steps(before, after)
    yield from container_steps(before, after)


# --- names, and the version of Python ------------------------------------------------------------------


def _moved_package(before: Project, after: Project) -> Iterator[str]:
    if before.package != after.package:
        yield (
            f"move your own files from src/{before.package}/ to src/{after.package}/, and change in all that is yours "
            "what names the package: only the template's files have moved"
        )


def _task_names(before: Project, after: Project) -> Iterator[str]:
    if before.package == after.package:
        return
    yield (
        f"tasks are called {after.package}.… now, and no worker of the new version knows the old names: let workers of "
        f"the old version empty the queues, as `python -m {before.package} queues` shows it, before new ones start"
    )
    if has(before, "compose") and _is_named_after_package(before):
        yield (
            "servers in containers keep in their volumes the user and the database that they were made with, called "
            f"{before.package}: `docker compose down --volumes` begins with empty ones"
        )


def _is_named_after_package(project: Project) -> bool:
    return any("{package}" in url for url in (project.broker.url_example, project.backend.url_example))


def _python(before: Project, after: Project) -> Iterator[str]:
    if before.python != after.python and (has(after, "compose") or has(after, "ci")):
        yield f"`uv sync --python {after.python}`: the image and CI have Python {after.python} now"


# --- another broker, or other names on it --------------------------------------------------------------


def _is_elsewhere(before: Project, after: Project) -> bool:
    """Whether the new version does not see what waits for the old one."""
    return (before.broker.kind, before.name) != (after.broker.kind, after.name)


def _move(before: Project, after: Project) -> Iterator[str]:
    old, new = _places(before, after)
    yield (
        f"start workers of the new version beside the old ones, which go on: what waits in {old} stays there, and "
        f"nothing moves it to {new}"
    )
    if has(before, "beat") and has(after, "beat"):
        yield (
            "stop the old beat, then start the new one: both at once would send every entry twice. It does not know "
            "when an entry last ran, so a rhythm begins anew and a missed time of day is not made up for"
        )
    yield "deploy the new version of what sends tasks"
    yield f"wait until {_is_empty(before)}"
    if before.broker.dead_letters:
        yield f"look at the dead letters in {before.name}.dead-letters, and send again what matters: nothing moves them"
    yield "stop the old workers"


def _places(before: Project, after: Project) -> tuple[str, str]:
    """Where tasks wait in the old version and in the new one."""
    if before.broker.kind == after.broker.kind:
        return f"the queues {before.name}.…", f"the queues {after.name}.…"
    return before.broker.server, after.broker.server


def _is_empty(before: Project) -> str:
    return (
        f"`python -m {before.package} queues`, run in the old version, shows 0 everywhere; tasks with a countdown and "
        f"retries count too, and may take {before.longest_delay} s"
    )


# --- the same broker -----------------------------------------------------------------------------------


def _queues(before: Project, after: Project) -> Iterator[str]:
    for queue in _lacking(after.queues, before.queues):
        yield (
            f"start a worker for the queue {queue.name} before something is sent there: `python -m {after.package} "
            f"worker {queue.name}`{'; `make up` does' if has(after, 'compose') else ''}"
        )
    for queue in _lacking(before.queues, after.queues):
        yield (
            f"drain the queue {queue.name}: stop sending to it, and keep its worker of the old version until "
            f"`python -m {before.package} queues` shows 0 for it, countdowns and retries included; nothing takes from "
            "it afterwards"
        )
        if before.broker.dead_letters:
            yield f"then `rabbitmqctl delete_queue {before.full_queue_name(queue)}`: it stays, with what is in it"


def _arguments(before: Project, after: Project) -> Iterator[str]:
    """Quorum queues keep the limit of deliveries and the consumer timeout that they were declared with."""
    changed = _redeclared(before, after)
    if not changed:
        return
    names = " ".join(changed)
    if before.max_attempts != after.max_attempts:
        yield (
            "no worker and no sender of the new version works with the queues of the old one: RabbitMQ refuses to "
            "declare them with another limit of deliveries (PRECONDITION_FAILED)"
        )
    else:
        yield (
            f"RabbitMQ keeps the consumer timeout that {names} was made with, without a word, and cuts off what takes "
            "longer: it has to be made anew"
        )
    yield "stop whatever sends tasks, beat too, and leave the workers of the old version running"
    yield f"wait until {_is_empty(before)}"
    yield (
        "stop the workers, and delete the empty queues, one by one, with `rabbitmqctl delete_queue NAME`: "
        f"{names}. It does not ask whether they are empty"
    )
    yield "start the new version: it makes them"


def _redeclared(before: Project, after: Project) -> list[str]:
    """Full names of the queues of both versions that the broker keeps with arguments of before."""
    if not after.broker.dead_letters:
        return []
    old = {queue.name: timing_of(queue).consumer_timeout for queue in before.queues}
    return [
        after.full_queue_name(queue)
        for queue in after.queues
        if queue.name in old
        and (before.max_attempts != after.max_attempts or old[queue.name] != timing_of(queue).consumer_timeout)
    ]


def _visibility(before: Project, after: Project) -> Iterator[str]:
    old, new = before.timing().visibility_timeout, after.timing().visibility_timeout
    if after.broker.dead_letters or old == new:
        return
    if before.longest_delay > after.longest_delay:
        yield (
            f"wait {before.longest_delay} s after the old version of what sends tasks has stopped: a countdown of more "
            f"than {after.longest_delay} s is longer than the new visibility timeout allows, and its task may run twice"
        )
    yield (
        "stop all workers of the old version before the first new one starts: with two visibility timeouts "
        f"({old} s and {new} s) the shorter counts for both, and tasks run twice"
    )


def _chords(before: Project, after: Project) -> Iterator[str]:
    if before.backend.kind != after.backend.kind and before.backend.chords:
        yield (
            "let groups and chords that are running end before a worker of the new version starts: "
            f"{before.backend.label} counts what is done of them, and the body of a chord may never run"
        )


# --- results -------------------------------------------------------------------------------------------


def _results(before: Project, after: Project) -> Iterator[str]:
    if before.backend.kind == after.backend.kind or not before.backend.stores_results:
        return
    if before.backend.reads_elsewhere:
        yield (
            f"results stay in {before.backend.label}, and nothing moves them: who holds the id of an old task reads "
            f"it there, with the old {before.environment_prefix}RESULT_BACKEND_URL, for {before.result_expires} s"
        )
    else:
        yield "let processes that wait for a result have it before you restart them: it comes to them alone"
    if not after.backend.stores_results:
        yield "take `.get()` out of what sends tasks: there are no results any more"


def _lacking(some: Iterable[Queue], others: Iterable[Queue]) -> list[Queue]:
    """The queues whose names the others do not have."""
    names = {queue.name for queue in others}
    return [queue for queue in some if queue.name not in names]
