"""One contract for all brokers and backends: every topic has a typed value with evidence."""

from __future__ import annotations

from typing import Any

import pytest

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.capabilities import BACKEND_TOPICS, BROKER_TOPICS, KINDS, WORDS, Capability, Topic

BROKER_NAMES, BACKEND_NAMES = sorted(BROKERS), sorted(BACKENDS)
ALL = [*((BROKERS[kind], BROKER_TOPICS) for kind in BROKERS), *((BACKENDS[kind], BACKEND_TOPICS) for kind in BACKENDS)]
NAMES = [*(f"broker-{kind}" for kind in BROKERS), *(f"backend-{kind}" for kind in BACKENDS)]
OPTIONAL = {Topic.LONGEST_VISIBILITY}


def wrong(facts: Any, topics: tuple[Topic, ...]) -> list[str]:
    """What a module lacks, or says in a way that no rule understands."""
    given = [capability.topic for capability in facts.capabilities]
    problems = [f"nothing is said about {topic.value}" for topic in topics if topic not in given]
    problems += [f"{topic.value} is said twice" for topic in topics if given.count(topic) > 1]
    problems += [f"{topic.value} is none of its topics" for topic in given if topic not in {*topics, *OPTIONAL}]
    for capability in facts.capabilities:
        problems += _wrong(capability)
    return problems


def _wrong(capability: Capability) -> list[str]:
    topic, value = capability.topic, capability.value
    if type(value) is not KINDS[topic][0]:
        return [f"{topic.value} must be {KINDS[topic][1]}, not {value!r}"]
    if topic in WORDS and value not in WORDS[topic]:
        return [f"{topic.value} cannot be {value!r}"]
    return [] if capability.note and capability.evidence else [f"{topic.value} lacks a note or its evidence"]


@pytest.mark.parametrize(("facts", "topics"), ALL, ids=NAMES)
def test_every_topic_has_a_typed_value_with_its_evidence(facts: Any, topics: tuple[Topic, ...]) -> None:
    assert wrong(facts, topics) == []


@pytest.mark.parametrize(("facts", "topics"), ALL, ids=NAMES)
def test_settings_and_versions_have_reasons(facts: Any, topics: tuple[Topic, ...]) -> None:
    assert all(option.why and option.evidence and option.value for option in facts.options)
    assert all(version.why and version.evidence for version in facts.versions)


@pytest.mark.parametrize("kind", BROKER_NAMES)
def test_the_typed_facts_of_a_broker_agree_with_those_that_templates_use(kind: str) -> None:
    broker = BROKERS[kind]
    assert broker.can(Topic.DEAD_LETTERS) is broker.dead_letters
    assert str(broker.can(Topic.PRIORITY)) in broker.priority


@pytest.mark.parametrize("kind", BACKEND_NAMES)
def test_the_typed_facts_of_a_backend_agree_with_those_that_templates_use(kind: str) -> None:
    backend = BACKENDS[kind]
    assert (backend.can(Topic.CHORDS) != "none") is backend.chords
    assert (backend.can(Topic.READERS) == "anyone") is backend.reads_elsewhere
    assert (backend.can(Topic.READERS) != "nobody") is backend.stores_results
    assert (backend.can(Topic.EXPIRY) == "beat") is backend.needs_beat_cleanup


def test_what_a_module_lacks_is_seen() -> None:
    from dataclasses import replace

    bare = replace(BROKERS["redis"], capabilities=())
    assert len(wrong(bare, BROKER_TOPICS)) == len(BROKER_TOPICS)
    odd = replace(bare, capabilities=(Capability(Topic.PRIORITY, "sometimes", "x", "y"),))
    assert "priority cannot be 'sometimes'" in wrong(odd, BROKER_TOPICS)
    untyped = replace(bare, capabilities=(Capability(Topic.EVENTS, "yes", "x", "y"),))
    assert "events must be yes or no, not 'yes'" in wrong(untyped, BROKER_TOPICS)
