"""What there is to choose: rows for tables and the reference documentation, facts for `--json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.components import COMPONENTS, PRESETS
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS

if TYPE_CHECKING:
    from celery_scaffold.plan import Json


def component_rows() -> list[dict[str, str]]:
    """One row a component: name, presets, what it brings."""
    return [
        {
            "component": component.name,
            "presets": ", ".join(preset for preset in PRESETS if preset in component.presets),
            "brings": component.summary,
        }
        for component in COMPONENTS.values()
    ]


def component_facts() -> list[Json]:
    """The same for a program, and whether every project has it."""
    return [
        {
            "component": component.name,
            "presets": [preset for preset in PRESETS if preset in component.presets],
            "required": component.required,
            "brings": component.summary,
        }
        for component in COMPONENTS.values()
    ]


def broker_rows() -> list[dict[str, str]]:
    """One row a broker: kind, name, dead letters, priorities, why one would take it."""
    return [
        {
            "broker": broker.kind,
            "name": broker.label,
            "dead letters": "by the broker" if broker.dead_letters else "no",
            "priorities": broker.priority,
            "why": broker.why,
        }
        for broker in BROKERS.values()
    ]


def broker_facts() -> list[Json]:
    """The same for a program."""
    return [
        {
            "broker": broker.kind,
            "name": broker.label,
            "dead_letters": broker.dead_letters,
            "priorities": broker.priority,
            "why": broker.why,
        }
        for broker in BROKERS.values()
    ]


def backend_rows() -> list[dict[str, str]]:
    """One row a backend: kind, name, chords, who can read, why one would take it."""
    return [
        {
            "backend": backend.kind,
            "name": backend.label,
            "chords": "yes" if backend.chords else "no",
            "readable": _readers(backend.stores_results, backend.reads_elsewhere),
            "why": backend.why,
        }
        for backend in BACKENDS.values()
    ]


def backend_facts() -> list[Json]:
    """The same for a program; `reads_elsewhere` is whether a process other than the sender can read a result."""
    return [
        {
            "backend": backend.kind,
            "name": backend.label,
            "chords": backend.chords,
            "stores_results": backend.stores_results,
            "reads_elsewhere": backend.reads_elsewhere,
            "why": backend.why,
        }
        for backend in BACKENDS.values()
    ]


def _readers(stores: bool, elsewhere: bool) -> str:
    if not stores:
        return "by nobody"
    return "by any process" if elsewhere else "by the sender"
