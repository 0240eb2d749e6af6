"""Project → Plan: which components, which folders, and every value that a template prints. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union, cast

from celery_scaffold import __version__
from celery_scaffold.beat_entries import beat_entry, inline_table
from celery_scaffold.cloud_facts import cloud_sections, cloud_urls
from celery_scaffold.components import Component, chosen
from celery_scaffold.environment_facts import (
    client_environment,
    environment,
    passwords,
    secrets,
    settings_imports,
    store_name,
    url,
)
from celery_scaffold.identity_facts import identity_facts, token_packages, token_requirements
from celery_scaffold.model.capabilities import Topic
from celery_scaffold.model.project import Project, timing_of
from celery_scaffold.model.queues import KEYS, Pool, Priority, Queue
from celery_scaffold.model.schedules import schedule_values
from celery_scaffold.model.serializers import SERIALIZER_EXTRAS
from celery_scaffold.tls_facts import tls_facts

if TYPE_CHECKING:
    from celery_scaffold.model.rules import Finding
    from celery_scaffold.model.services import Service

Json = Union[str, int, bool, None, "list[Json]", "dict[str, Json]"]

CELERY = ">=5.7,<5.8"
# Its lookups give the servers in the order of RFC 2782 (dns/rdtypes/IN/SRV.py, _processing_order).
_DNS = "dnspython>=2.7,<3"
# Seconds between two writes of a health file, and how old it may be before a probe fails.
_HEALTH_INTERVAL = 5
_READY_MAX_AGE = 20
_LIVE_MAX_AGE = 60
# RedBeat renews its lock every `beat_max_loop_interval`; celery-verified 10 measured a takeover of 31 s with these.
_BEAT_LOCK_TIMEOUT = 30
_BEAT_LOOP_INTERVAL = 5
_MEMORY_PER_CHILD_MB = 128
# GitHub draws no Mermaid picture with more than 500 edges; nobody reads one half as large.
_PICTURE_QUEUES = 40
_MEMORY_BASE_MB = 256


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
    queues = [_queue(project, queue) for queue in project.queues]
    default = next(queue for queue in queues if queue["name"] == project.default_queue)
    return {
        "project_slug": project.name,
        "_project": _project(project),
        "_queues": list(queues),
        "_default_queue": default,
        "_pools": {pool.value: any(queue.pool is pool for queue in project.queues) for pool in Pool},
        "_picture": {"queues": list(queues[:_PICTURE_QUEUES]), "more": max(0, len(queues) - _PICTURE_QUEUES)},
        "_timing": _timing(project),
        "_broker": _broker(project),
        "_backend": _backend(project),
        "_components": {
            **{name: name in components for name in ("beat", "compose", "workflows", "ci")},
            "identity": "identity" in components and bool(project.tokens),
            "srv": "srv" in components and bool(project.srv_settings),
            "tls": "tls" in components and bool(project.tls_services),
        },
        "_ci": {provider: "ci" in components and project.ci == provider for provider in ("github", "gitlab")},
        "_dependencies": list(_dependencies(project, components)),
        "_dev_dependencies": list(_dev_dependencies(components)),
        "_untyped": list(_untyped(project, components)),
        "_ignored_warnings": list(_ignored_warnings(project)),
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
        "_answers": _answers(project),
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


def _queue(project: Project, queue: Queue) -> dict[str, Json]:
    timing = timing_of(queue)
    return {
        "name": queue.name,
        "full_name": project.full_queue_name(queue),
        "module": queue.module,
        "constant": queue.module.upper(),
        "pool": queue.pool.value,
        "enforced_limits": queue.pool is Pool.PREFORK,
        "concurrency": queue.concurrency,
        "prefetch_multiplier": 1,
        "max_tasks_per_child": 1000,
        "max_task_seconds": queue.max_task_seconds,
        "soft_time_limit": timing.soft_time_limit,
        "time_limit": timing.time_limit,
        "drain_timeout": timing.drain_timeout,
        "stop_grace_period": timing.stop_grace_period,
        "consumer_timeout_ms": timing.consumer_timeout * 1000,
        "visibility_timeout": project.visibility_timeout(queue),
        "priority": queue.priority.value if project.broker.priorities else Priority.NORMAL.value,
        "rate_limit": queue.rate_limit or None,
        "globs": list(project.globs(queue)),
        "quoted_globs": [f'"{glob}"' for glob in project.globs(queue)],
        "example_task": f"{project.package}.tasks.{queue.module}.example",
        "is_default": queue.name == project.default_queue,
        "memory_mb": _MEMORY_BASE_MB + _children(queue) * _MEMORY_PER_CHILD_MB,
        # Threads count as well: the pool, its helpers, and room for what a task starts.
        "pids_limit": 64 + 4 * queue.concurrency,
        # Of one core's 100,000: half a core for each child, a whole one at least.
        "cpu_quota": max(100_000, _children(queue) * 50_000),
    }


def _children(queue: Queue) -> int:
    """Processes that a worker starts beside its main one."""
    return queue.concurrency if queue.pool is Pool.PREFORK else 1


def _timing(project: Project) -> dict[str, Json]:
    timing = project.timing()
    return {
        "visibility_timeout": timing.visibility_timeout,
        "longest_delay": timing.longest_delay,
        "retry_backoff_max": timing.retry_backoff_max,
        "longest_time_limit": timing.longest_time_limit,
        "longest_stop_grace_period": timing.longest_stop_grace_period,
        "max_attempts": project.max_attempts,
        "max_retries": project.max_attempts - 1,
        "retry_delay": 5,
        # Returns by draining workers count as deliveries too, so the broker's limit is looser than the attempts.
        "delivery_limit": 2 * project.max_attempts,
        "result_expires": project.result_expires,
        # Rules on buckets count in whole days.
        "result_days": max(1, -(-project.result_expires // 86400)),
        "beat_lock_timeout": _BEAT_LOCK_TIMEOUT,
        "beat_max_loop_interval": _BEAT_LOOP_INTERVAL,
        "health_interval": _HEALTH_INTERVAL,
        "ready_max_age": _READY_MAX_AGE,
        "live_max_age": _LIVE_MAX_AGE,
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


def _dependencies(project: Project, components: frozenset[str]) -> tuple[str, ...]:
    """Runtime requirements."""
    extras = sorted({*project.broker.extras, *project.backend.extras, *SERIALIZER_EXTRAS[project.serializer]})
    requirements = {
        f"celery[{','.join(extras)}]{CELERY}" if extras else f"celery{CELERY}",
        "pydantic-settings>=2.15,<3",
        "structlog>=26.1,<27",
        *project.broker.requirements,
        *project.backend.requirements,
        *token_requirements(project, components),
        *((_DNS,) if "srv" in components and project.srv_settings else ()),
        *(project.broker.beat_requirements if "beat" in components else ()),
    }
    return tuple(sorted(requirements))


def _dev_dependencies(components: frozenset[str]) -> tuple[str, ...]:
    """What the Makefile of the generated project runs.

    `make dev` keeps results in SQLite, whatever the backend; the development containers restart with watchfiles.
    """
    reload = ("watchfiles>=1.1,<2",) if "compose" in components else ()
    return (f"celery[sqlalchemy]{CELERY}", "mypy>=2.4,<3", "pytest>=9,<10", "ruff>=0.17,<0.18", *reload)


def _untyped(project: Project, components: frozenset[str]) -> tuple[str, ...]:
    """Packages that the generated project imports and that ship no types, or few."""
    beat = project.broker.untyped_beat_packages if "beat" in components else ()
    own = (*project.broker.untyped_packages, *project.backend.untyped_packages)
    return tuple(sorted({"billiard", "celery", "kombu", *own, *beat, *token_packages(project, components)}))


def _ignored_warnings(project: Project) -> tuple[str, ...]:
    """Filters of pytest, each once."""
    return tuple(sorted({*project.broker.ignored_warnings, *project.backend.ignored_warnings}))


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


def _answers(project: Project) -> dict[str, Json]:
    """The answers as `celery-scaffold.toml` writes them; `answers.from_file` reads them back."""
    values: dict[str, Json] = {
        "name": project.name,
        "package": project.package,
        "description": project.description,
        "preset": project.preset,
        "with": list(project.added),
        "without": list(project.left_out),
        "broker": project.broker.kind,
        "backend": project.backend.kind,
        "clouds": [cloud.kind for cloud in project.clouds],
        "default_queue": project.default_queue,
        "timezone": project.timezone,
        "python": project.python,
        "ci": project.ci,
        "max_attempts": project.max_attempts,
        "longest_delay_seconds": project.longest_delay,
        "result_expires_seconds": project.result_expires,
        "serializer": project.serializer,
    }
    queues = {queue.name: _toml(queue_values(queue)) for queue in project.queues}
    schedules = {
        schedule.name: {key: inline_table(value) for key, value in schedule_values(schedule).items()}
        for schedule in project.schedules
    }
    return {
        **_toml(values),
        "queues": cast("dict[str, Json]", queues),
        "schedules": cast("dict[str, Json]", schedules),
        "accepted": _toml(dict(project.accepted)),
    }


def _toml(values: dict[str, Json]) -> dict[str, Json]:
    """Each value as TOML text, which is JSON for all that is used here. Jinja's own filter would escape for HTML."""
    return {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}


def queue_values(queue: Queue) -> dict[str, Json]:
    """All that was said about a queue but its name, as TOML and JSON hold it."""
    answers: dict[str, Json] = {}
    for key in KEYS:
        value = getattr(queue, key)
        answers[key] = list(value) if isinstance(value, tuple) else getattr(value, "value", value)
    return answers
