"""Project → Plan: which components, which folders, and every value that a template prints. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Union, cast

from celery_scaffold import __version__
from celery_scaffold.answer_texts import answer_texts
from celery_scaffold.beat_entries import beat_entry
from celery_scaffold.cloud_facts import cloud_sections, cloud_urls
from celery_scaffold.components import Component, chosen
from celery_scaffold.dependency_facts import dependencies, dev_dependencies, ignored_warnings, untyped
from celery_scaffold.environment_facts import (
    client_environment,
    environment,
    passwords,
    secrets,
    settings_imports,
    store_name,
    url,
)
from celery_scaffold.identity_facts import identity_facts
from celery_scaffold.model.capabilities import Topic
from celery_scaffold.model.queues import Pool
from celery_scaffold.model.serializers import SERIALIZER_EXTRAS
from celery_scaffold.queue_facts import queue_facts, timing_facts
from celery_scaffold.tls_facts import tls_facts

if TYPE_CHECKING:
    from celery_scaffold.model.project import Project
    from celery_scaffold.model.rules import Finding
    from celery_scaffold.model.services import Service

Json = Union[str, int, bool, None, "list[Json]", "dict[str, Json]"]

# GitHub draws no Mermaid picture with more than 500 edges; nobody reads one half as large.
_PICTURE_QUEUES = 40


@dataclass(frozen=True)
class Plan:
    """What will be rendered.

    Attributes:
        project: the answers, validated.
        components: in the order of the catalogue.
        folders: folders under `templates/`, each mirrors the root of the generated project.
        includes: include path in the templates → folder under `templates/` that it stands for; where several folders
            with one include path have the same file, the later counts.
        context: what the templates see as `cookiecutter.…`.
        warnings: rules that deserve a second look.
        accepted: warnings that the owner accepts, with the reason.
    """

    project: Project
    components: tuple[Component, ...]
    folders: tuple[str, ...]
    includes: tuple[tuple[str, str], ...]
    context: dict[str, Json]
    warnings: tuple[Finding, ...]
    accepted: tuple[Finding, ...] = ()


def plan(project: Project, *, with_git: bool = True, judged: bool = True) -> Plan:
    """The plan for a project; raises ScaffoldError when the components contradict each other, or a rule refuses it.

    Args:
        project: the answers, validated.
        with_git: whether the post hook makes a git repository; no rendered byte depends on it.
        judged: whether the rules may refuse it; not where it is about what an earlier version rendered.
    """
    from celery_scaffold.model.rules import judge, refuse

    components = chosen(project)
    names = frozenset(component.name for component in components)
    judgement = judge(project, names)
    if judged:
        refuse(judgement)
    return Plan(
        project=project,
        components=components,
        folders=tuple(folder for component in components for folder in component.folders(project)),
        includes=(
            *(("broker", f"brokers/{folder}") for folder in project.broker.folders),
            *(("backend", f"backends/{folder}") for folder in project.backend.folders),
            ("partials", "_partials"),
        ),
        context={**_context(project, names), "_git": with_git},
        warnings=judgement.warnings,
        accepted=judgement.accepted,
    )


def _context(project: Project, components: frozenset[str]) -> dict[str, Json]:
    queues = [queue_facts(project, queue) for queue in project.queues]
    default = next(queue for queue in queues if queue["name"] == project.default_queue)
    return {
        "project_slug": project.name,
        "_project": _project(project),
        "_queues": list(queues),
        "_default_queue": default,
        "_pools": {pool.value: any(queue.pool is pool for queue in project.queues) for pool in Pool},
        "_picture": {"queues": list(queues[:_PICTURE_QUEUES]), "more": max(0, len(queues) - _PICTURE_QUEUES)},
        "_timing": timing_facts(project),
        "_broker": _broker(project),
        "_backend": _backend(project),
        "_components": {
            **{name: name in components for name in ("beat", "compose", "workflows", "ci")},
            "identity": "identity" in components and bool(project.tokens),
            "srv": "srv" in components and bool(project.srv_settings),
            "tls": "tls" in components and bool(project.tls_services),
        },
        "_ci": {provider: "ci" in components and project.ci == provider for provider in ("github", "gitlab")},
        "_dependencies": list(dependencies(project, components)),
        "_dev_dependencies": list(dev_dependencies(components)),
        "_untyped": list(untyped(project, components)),
        "_ignored_warnings": list(ignored_warnings(project)),
        "_tls": tls_facts(project, project.tls_services),
        "_identity": identity_facts(project, components),
        "_srv": cast("dict[str, Json]", project.srv_settings),
        "_settings_imports": settings_imports(project),
        "_services": [_service(service) for service in project.services],
        "_ci_services": [_service(service) for service in project.services if not service.started_by_step],
        "_volumes": _volumes(project),
        "_tests": _tests(project, components),
        "_sentinel": _sentinel(project, components),
        "_environment": environment(project, components, cloud_urls(project)),
        "_secrets": secrets(project),
        "_client_environment": client_environment(project),
        "_passwords": passwords(project, components),
        "_clouds": cloud_sections(project),
        "_serializer": {"name": project.serializer, **{name: name == project.serializer for name in SERIALIZER_EXTRAS}},
        "_rate_limits": project.has_rate_limits,
        "_redelivery": project.broker.returns_late,
        "_schedules": [list(beat_entry(project, schedule)) for schedule in project.schedules],
        "_answers": answer_texts(project),
        "_tool": {"version": __version__},
        "_jinja2_env_vars": {"trim_blocks": True, "lstrip_blocks": True},
    }


def _project(project: Project) -> dict[str, Json]:
    return {
        "name": project.name,
        "package": project.package,
        "env_prefix": project.environment_prefix,
        "stack": project.stack,
        "title": project.name.replace("-", " ").replace("_", " ").capitalize(),
        "description": project.description,
        "timezone": project.timezone,
        "python": project.python,
        "python_minimum": "3.10",
    }


def _broker(project: Project) -> dict[str, Json]:
    broker = project.broker
    return {
        "kind": broker.kind,
        "label": broker.label,
        "server": broker.server,
        "in_compose": bool(broker.services),
        "dead_letters": broker.dead_letters,
        "url_example": url(broker.url_example, project),
        "foreign_url": broker.foreign_url,
        "other_url": broker.other_url or f"{broker.schemes[0]}://broker",
        "local_url": _without_credentials(broker.url_example),
        "priority": broker.priority,
        "dead_letter_queue": project.dead_letter_queue,
        "priorities": broker.priorities,
        "remote_control": broker.remote_control,
        "confirms_publish": broker.confirms_publish,
        "declares_topology": broker.declares_topology,
        "counts_consumers": broker.counts_consumers,
        "located": broker.located,
        "makes_queues": broker.makes_queues,
        "long_polls": broker.long_polls,
        "counts_messages": broker.counts_messages,
        "spawns": broker.can(Topic.FORK) == "spawn",
        "native_delay": broker.native_delay,
        "caps_delay": broker.caps_delay,
    }


def _backend(project: Project) -> dict[str, Json]:
    backend = project.backend
    return {
        "kind": backend.kind,
        "label": backend.label,
        "stores_results": backend.stores_results,
        "chords": backend.chords,
        "reads_elsewhere": backend.reads_elsewhere,
        "store": backend.store,
        "store_name": store_name(project),
        "sql": backend.is_sql,
        "own_class": backend.own_class,
        "file": backend.is_file,
        "scheme": backend.schemes[0] if backend.schemes else "",
        "url_checks": backend.url_checks,
        "url_example": url(backend.url_example, project) or None,
    }


def _without_credentials(example: str) -> str:
    """Where a local server answers, without database."""
    scheme, _, rest = example.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('/')[0]}"


def _volumes(project: Project) -> list[Json]:
    """What the containers keep on disk; a backend that is a file has its own, which all of the project's share."""
    kept = [f"{service.name}-data" for service in project.services if service.keeps_data]
    return [*kept, *(["results-data"] if project.backend.is_file else [])]


def _service(service: Service) -> dict[str, Json]:
    return {"name": service.name, "partial": f"services/{service.name}.yaml"}


def _tests(project: Project, components: frozenset[str]) -> dict[str, Json]:
    """Where the integration tests run: here, with the servers beside them; or in a container, among the servers."""
    inside_only = any(service.inside_only for service in project.services)
    return {
        "here": not inside_only,
        "in_container": inside_only and "compose" in components,
    }


def _sentinel(project: Project, components: frozenset[str]) -> dict[str, Json] | None:
    """The fields of the settings that lead to Sentinels, and their variables; None if none does."""
    users = (("broker_url", project.broker.schemes), ("result_backend_url", project.backend.schemes))
    fields = [field for field, schemes in users if "sentinel" in schemes]
    if not fields:
        return None
    return {
        "fields": list(fields),
        "variable": fields[0].upper(),
        "results": "result_backend_url" in fields,
        "results_only": fields == ["result_backend_url"],
        "beat": "broker_url" in fields and "beat" in components,
    }
