"""The catalogue: what a generated project can consist of, in the order it is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold.errors import ScaffoldError, nearest, shown
from celery_scaffold.model.serializers import AUTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery_scaffold.model.project import Project

PRESETS = {
    "minimal": "the application, its workers and containers, nothing else",
    "standard": "what most teams run in production: beat, workflows and CI as well",
    "full": "every component of this version",
}


@dataclass(frozen=True)
class Component:
    """A part of the generated project that is there as a whole or not at all.

    Attributes:
        name: the word for `--with` and `--without`.
        summary: what it brings, one line.
        presets: the presets that include it.
        folders: the folders under `templates/` that it owns for a project.
        required: whether every project has it.
    """

    name: str
    summary: str
    presets: frozenset[str]
    folders: Callable[[Project], tuple[str, ...]]
    required: bool = False


def _base_folders(project: Project) -> tuple[str, ...]:
    """Corrections of Celery's, and the modules for results, passwords and TLS: where they are needed."""
    return (
        "base",
        *project.broker.own_folders,
        *(["remote_control"] if project.broker.remote_control else []),
        *(["rate_limits"] if project.has_rate_limits else []),
        *(["redelivery"] if project.broker.returns_late else []),
        *(["results"] if project.backend.stores_results else []),
        *(["stores"] if project.backend.store else []),
        *([project.backend.own_class] if project.backend.own_class else []),
        *(["signing"] if project.serializer == AUTH else []),
        *(["passwords"] if project.broker.login_imports or project.backend.login_imports else []),
        *(["checked_urls"] if project.backend.url_checks else []),
        *(["tls_files"] if project.broker.tls or project.backend.tls else []),
    )


def _tls_folders(project: Project) -> tuple[str, ...]:
    """Certificates for the servers that the stack can start with TLS, and the stack itself where there is one."""
    services = project.tls_services
    if not services:
        return ()
    if not _is_chosen(COMPONENTS["compose"], project):
        return ("tls",)
    configured = [f"tls_{service.name}" for service in services if service.tls_configuration]
    return ("tls", "tls_compose", *configured)


_ALL = frozenset(PRESETS)
_STANDARD = frozenset({"standard", "full"})

COMPONENTS = {
    component.name: component
    for component in (
        Component(
            "base",
            "package, settings, queues and routes, example tasks, health, logs, command line, tests, README",
            _ALL,
            _base_folders,
            required=True,
        ),
        Component("beat", "schedule, one running instance guaranteed, beat health", _STANDARD, lambda _: ("beat",)),
        Component("compose", "image, containers and health checks per role", _ALL, lambda _: ("compose",)),
        Component(
            "workflows",
            "chain, group, chord, chunks, error callbacks, a long workflow that resumes",
            _STANDARD,
            lambda _: ("workflows",),
        ),
        Component(
            "ci",
            "GitHub Actions or GitLab CI: lint, types, tests on real servers, image",
            _STANDARD,
            lambda project: (f"ci_{project.ci}",),
        ),
        Component(
            "identity",
            "tokens of a cloud's identity where its servers take them in place of passwords",
            frozenset({"full"}),
            lambda project: ("identity",) if project.tokens else (),
        ),
        Component(
            "srv",
            "broker and results that DNS names: records of type SRV in place of hosts",
            frozenset({"full"}),
            lambda project: ("srv",) if project.srv_settings else (),
        ),
        Component(
            "tls",
            "certificates for development, and the stack over TLS with client certificates",
            frozenset({"full"}),
            _tls_folders,
        ),
    )
}


def component_name(text: str) -> str:
    """Check the name of a component; raises ScaffoldError with the nearest one."""
    if text not in COMPONENTS:
        raise ScaffoldError(f"there is no component {shown(text)}", nearest(text, COMPONENTS))
    return text


def chosen(project: Project) -> tuple[Component, ...]:
    """The components of a project, in the order of the catalogue.

    Raises:
        ScaffoldError: a required one is left out, one is both asked for and left out, or there are schedules without
            beat.
    """
    both = sorted(set(project.added) & set(project.left_out))
    if both:
        raise ScaffoldError(f"component {both[0]!r} is both asked for and left out", "drop --with or --without")
    for name in project.left_out:
        if COMPONENTS[name].required:
            raise ScaffoldError(f"component {name!r} cannot be left out", "every project is built on it")
    components = tuple(component for component in COMPONENTS.values() if _is_chosen(component, project))
    if project.schedules and COMPONENTS["beat"] not in components:
        message = f"the schedule {project.schedules[0].name!r} needs the component 'beat', which is left out"
        raise ScaffoldError(message, "--with beat")
    return components


def _is_chosen(component: Component, project: Project) -> bool:
    if component.name in project.left_out:
        return False
    return project.preset in component.presets or component.name in project.added
