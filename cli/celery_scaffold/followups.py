"""What the owner has to do by hand after an update: nothing in the project's files can do it for them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.model.project import timing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery_scaffold.files import File, Tree
    from celery_scaffold.model.project import Project
    from celery_scaffold.model.queues import Queue


def steps(before: Project | None, after: Project, base: Tree, new: Tree) -> tuple[str, ...]:
    """What to do before and when the updated project is deployed, in that order.

    Args:
        before: the project as last rendered; None when its answers cannot be read any more.
        after: the project as rendered now.
        base: the pristine tree as last rendered.
        new: the pristine tree as rendered now.
    """
    found = list(_environment(base, new))
    if _dependencies(base) != _dependencies(new):
        found.append("`make install`, since the dependencies changed, and commit the uv.lock that it makes")
    if before is not None:
        found += [
            *_names(before, after),
            *_broker(before, after),
            *_backend(before, after),
            *_queues(before, after),
            *_timeouts(before, after),
        ]
    return tuple(found)


def variables(example: str) -> dict[str, str]:
    """The variables that an `.env.example` wants to be set, with their example values."""
    pairs = (line.partition("=") for line in example.splitlines() if "=" in line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def _environment(base: Tree, new: Tree) -> Iterator[str]:
    old, now = (variables(_text(tree, ".env.example")) for tree in (base, new))
    added = [name for name in now if name not in old]
    dropped = [name for name in old if name not in now]
    changed = [name for name in now if name in old and now[name] != old[name]]
    if added:
        yield f"`make env` adds to .env what it lacks ({', '.join(added)}); set the same where the project is deployed"
    if changed:
        lines = ", ".join(f"{name}={now[name]}" for name in changed)
        yield f"change in .env what has another meaning now, and where the project is deployed: {lines}"
    if dropped:
        yield f"take out of .env and of the deployment what nothing reads any more: {', '.join(dropped)}"


def _names(before: Project, after: Project) -> Iterator[str]:
    if before.package != after.package:
        yield (
            f"move your own files from src/{before.package}/ to src/{after.package}/ and change their imports: "
            "only the template's files have moved"
        )
        yield f"rename the variables {before.environment_prefix}… to {after.environment_prefix}… where they are set"
    if before.name != after.name:
        yield (
            f"the broker's names begin with {after.name} now: let workers of the old version empty "
            f"the queues {before.name}.… before you stop them"
        )


def _broker(before: Project, after: Project) -> Iterator[str]:
    if before.broker.kind == after.broker.kind:
        return
    old, new = before.broker.label, after.broker.label
    yield f"drain {old}: deploy the senders with {new} first, and let workers of the old version go on meanwhile"
    yield (
        f"wait until `python -m {before.package} queues`, run in the old version, shows 0 in every queue; tasks with a "
        f"countdown and retries wait there too, up to {before.longest_delay} s"
    )
    if before.broker.dead_letters:
        yield f"look at the dead letters in {old} before you switch it off: {new} gets none of them"
    yield f"then stop the old workers, and {old} if nothing else uses it: no task moves from one to the other by itself"


def _backend(before: Project, after: Project) -> Iterator[str]:
    if before.backend.kind == after.backend.kind or not before.backend.stores_results:
        return
    yield (
        f"results stay in {before.backend.label}: who still waits for one must read it there; keep it for "
        f"{before.result_expires} s after the last old worker, then drop it"
    )
    if before.backend.chords:
        yield "let groups, chords and workflows that are running end before you deploy: their counts are kept there too"


def _queues(before: Project, after: Project) -> Iterator[str]:
    kept = {queue.name for queue in after.queues}
    for queue in before.queues:
        if queue.name not in kept:
            yield (
                f"drain the queue {queue.name}: stop sending to it, and keep its worker of the old version until "
                f"`python -m {before.package} queues` shows 0; nothing takes from it afterwards"
            )


def _timeouts(before: Project, after: Project) -> Iterator[str]:
    if before.broker.kind != after.broker.kind:
        return
    if after.broker.dead_letters:
        changed = _redeclared(before, after)
        if changed:
            yield (
                f"delete the queues {', '.join(changed)} in {after.broker.label} once they are empty, before the new "
                "version starts: it refuses to declare a queue that exists with other arguments"
            )
    elif before.timing().visibility_timeout != after.timing().visibility_timeout:
        yield (
            "stop all workers of the old version before the new ones start: with two visibility timeouts on one "
            f"{after.broker.label} the shorter one counts for both, and tasks run twice"
        )


def _redeclared(before: Project, after: Project) -> list[str]:
    """Queues of both versions whose arguments on the broker differ: the limit of deliveries, the consumer timeout."""
    old = {queue.name: queue for queue in before.queues}
    both = [queue for queue in after.queues if queue.name in old]
    if before.max_attempts != after.max_attempts:
        return [after.full_queue_name(queue) for queue in both]
    return [after.full_queue_name(queue) for queue in both if _timeout(old[queue.name]) != _timeout(queue)]


def _timeout(queue: Queue) -> int:
    return timing_of(queue).consumer_timeout


def _dependencies(tree: Tree) -> list[str]:
    """The lines of pyproject.toml that may name a dependency: those of its lists."""
    return [line for line in _text(tree, "pyproject.toml").splitlines() if line.startswith('  "')]


def _text(tree: Tree, path: str) -> str:
    file: File | None = tree.get(path)
    return file.content.decode() if file else ""
