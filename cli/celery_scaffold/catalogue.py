"""What there is to choose: rows for tables and the reference documentation, facts for `--json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.components import COMPONENTS, PRESETS
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.capabilities import BACKEND_TOPICS, BROKER_TOPICS, KINDS, WORDS
from celery_scaffold.model.clouds import managed_by
from celery_scaffold.model.clouds.cloud import BROKER, RESULT_BACKEND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from celery_scaffold.model.backends import Backend
    from celery_scaffold.model.brokers import Broker
    from celery_scaffold.model.capabilities import Topic
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


def broker_matrix() -> list[dict[str, str]]:
    """One row a topic, one column a broker; what takes a sentence is in the facts."""
    return [*_matrix(BROKER_TOPICS, BROKERS), _managed(BROKER, BROKERS)]


def broker_matrix_facts() -> list[Json]:
    """Every capability of every broker, with its evidence."""
    return _matrix_facts("broker", BROKER, BROKERS)


def backend_matrix() -> list[dict[str, str]]:
    """One row a topic, one column a backend."""
    return [*_matrix(BACKEND_TOPICS, BACKENDS), _managed(RESULT_BACKEND, BACKENDS)]


def backend_matrix_facts() -> list[Json]:
    """Every capability of every backend, with its evidence."""
    return _matrix_facts("backend", RESULT_BACKEND, BACKENDS)


def _matrix(topics: Sequence[Topic], table: Mapping[str, Broker | Backend]) -> list[dict[str, str]]:
    short = [topic for topic in topics if topic in WORDS or KINDS[topic][0] is not str]
    return [{"": topic.value, **{kind: _cell(facts, topic) for kind, facts in table.items()}} for topic in short]


def _cell(facts: Broker | Backend, topic: Topic) -> str:
    return next((each.shown for each in facts.capabilities if each.topic is topic), "not recorded")


def _managed(side: str, kinds: Iterable[str]) -> dict[str, str]:
    """The row about clouds: where each runs managed."""
    return {"": "managed by", **{kind: ", ".join(managed_by(side, kind)) or "none" for kind in kinds}}


def _matrix_facts(what: str, side: str, table: Mapping[str, Broker | Backend]) -> list[Json]:
    return [
        {
            what: kind,
            "verdict": facts.verdict.value,
            "proof": facts.proof.value,
            "managed_by": {cloud: [*names] for cloud, names in managed_by(side, kind).items()},
            "capabilities": {
                each.topic.value: {"value": each.value, "note": each.note, "evidence": each.evidence}
                for each in facts.capabilities
            },
        }
        for kind, facts in table.items()
    ]
