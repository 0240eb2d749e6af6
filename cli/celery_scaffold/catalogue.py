"""What there is to choose, as rows for tables, `--json` and the reference documentation."""

from __future__ import annotations

from celery_scaffold.components import COMPONENTS, PRESETS
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS


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


def _readers(stores: bool, elsewhere: bool) -> str:
    if not stores:
        return "by nobody"
    return "by any process" if elsewhere else "by the sender"
