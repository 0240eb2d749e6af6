"""What the owner has to do by hand when components and containers come or go. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.components import chosen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery_scaffold.model.project import Project


def component_steps(before: Project, after: Project) -> Iterator[str]:
    """What a component that comes or goes leaves to do where the project is deployed."""
    if has(after, "beat") and not has(before, "beat"):
        yield f"start beat where the project is deployed, `python -m {after.package} beat`: of two, one works"
    if has(before, "beat") and not has(after, "beat"):
        yield from _without_beat(before, after)
    if has(before, "workflows") and not has(after, "workflows"):
        yield (
            "let workflows that are running end before you deploy: afterwards no worker knows the tasks of "
            f"{before.package}.workflows"
        )
    if has(before, "compose") and not has(after, "compose"):
        yield f"`docker compose --project-name {before.name} down` if the stack still runs: `make down` is gone"


def _without_beat(before: Project, after: Project) -> Iterator[str]:
    kept = f"the queue {before.name}.beat.runs" if before.broker.dead_letters else f"the keys {before.name}:beat:*"
    yield (
        f"stop beat where the project is deployed: nothing is sent by itself any more. When its entries last ran is "
        f"still in {before.broker.server}, {kept}: delete that"
    )
    if after.backend.needs_beat_cleanup:
        yield f"send celery.backend_cleanup once a day: nothing else deletes old results in {after.backend.label}"


def container_steps(before: Project, after: Project) -> Iterator[str]:
    """The stack on this machine. Compose leaves containers alone that its file does not name."""
    if not (has(before, "compose") and has(after, "compose")):
        return
    if before.name != after.name:
        yield (
            f"`docker compose --project-name {before.name} down` stops the old stack, with --volumes for ever: the new "
            f"one is {after.name}"
        )
        return
    gone = [name for name in _services(before) if name not in _services(after)]
    if gone:
        yield f"`docker compose down --remove-orphans`, then `make up`: the stack has no {', '.join(gone)} any more"
    for server in gone:
        if server in _servers(before):
            yield (
                f"`docker volume rm {after.name}_{server}-data` when nobody needs the tasks and results in it; until "
                f"then, keep its password"
            )


def has(project: Project, component: str) -> bool:
    """Whether a project has a component, by its preset or by name."""
    return any(one.name == component for one in chosen(project))


def _services(project: Project) -> list[str]:
    """The services in compose.yaml."""
    beat = ["beat"] if has(project, "beat") else []
    return [*(f"worker-{queue.name}" for queue in project.queues), *beat, *_servers(project)]


def _servers(project: Project) -> list[str]:
    return [service.name for service in project.services]
