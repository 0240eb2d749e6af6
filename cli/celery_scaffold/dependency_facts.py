"""What templates print about packages: requirements, those without types, warnings that are no news. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.identity_facts import token_packages, token_requirements
from celery_scaffold.model.serializers import SERIALIZER_EXTRAS

if TYPE_CHECKING:
    from celery_scaffold.model.project import Project

CELERY = ">=5.7,<5.8"
# Its lookups give the servers in the order of RFC 2782 (dns/rdtypes/IN/SRV.py, _processing_order).
_DNS = "dnspython>=2.7,<3"


def dependencies(project: Project, components: frozenset[str]) -> tuple[str, ...]:
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


def dev_dependencies(components: frozenset[str]) -> tuple[str, ...]:
    """What the Makefile of the generated project runs.

    `make dev` keeps results in SQLite, whatever the backend; the development containers restart with watchfiles.
    """
    reload = ("watchfiles>=1.1,<2",) if "compose" in components else ()
    return (f"celery[sqlalchemy]{CELERY}", "mypy>=2.4,<3", "pytest>=9,<10", "ruff>=0.17,<0.18", *reload)


def untyped(project: Project, components: frozenset[str]) -> tuple[str, ...]:
    """Packages that the generated project imports and that ship no types, or few."""
    beat = project.broker.untyped_beat_packages if "beat" in components else ()
    own = (*project.broker.untyped_packages, *project.backend.untyped_packages)
    return tuple(sorted({"billiard", "celery", "kombu", *own, *beat, *token_packages(project, components)}))


def ignored_warnings(project: Project) -> tuple[str, ...]:
    """Filters of pytest, each once."""
    return tuple(sorted({*project.broker.ignored_warnings, *project.backend.ignored_warnings}))
