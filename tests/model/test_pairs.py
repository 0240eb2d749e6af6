"""Every broker is started in containers, and every backend has its integration suite run."""

from __future__ import annotations

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS

from generated.pairs import ALL, EVERY
from projects import refusals


def test_every_broker_has_a_stack_and_every_backend_a_suite() -> None:
    assert {broker for broker, _ in ALL} == set(BROKERS)
    assert {backend for _, backend in EVERY} == set(BACKENDS)


def test_no_pair_is_one_that_is_refused() -> None:
    assert [pair for pair in EVERY if refusals()[pair]] == []
