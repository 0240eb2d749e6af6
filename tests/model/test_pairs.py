"""Every broker and every backend can be started in containers, and has its integration suite."""

from __future__ import annotations

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS

from generated.pairs import ACCEPTED_IN_CI, ELSEWHERE, EVERY, OF_BROKERS, OF_SENTINEL, STACKS_IN_CI, SUITES_IN_CI
from projects import refusals


def test_every_broker_and_every_backend_has_a_stack_and_a_suite() -> None:
    assert {broker for broker, _ in (*OF_BROKERS, *ELSEWHERE)} == set(BROKERS)
    assert {backend for _, backend in EVERY} == set(BACKENDS)


def test_ci_meets_every_broker_and_every_backend_on_its_server() -> None:
    in_ci = {*STACKS_IN_CI, *ACCEPTED_IN_CI, *SUITES_IN_CI}
    assert {broker for broker, _ in (*in_ci, *ELSEWHERE)} == set(BROKERS)
    assert {backend for _, backend in in_ci} == set(BACKENDS)
    # With a server that ends under load; the master of Sentinel in test_failover.py.
    assert {broker for broker, _ in (*STACKS_IN_CI, *ACCEPTED_IN_CI, OF_SENTINEL, *ELSEWHERE)} == set(BROKERS)


def test_only_a_broker_that_compose_does_not_bring_is_without_a_stack() -> None:
    assert [BROKERS[broker].services for broker, _ in ELSEWHERE] == [()] * len(ELSEWHERE)


def test_no_pair_is_one_that_is_refused() -> None:
    assert [pair for pair in (*EVERY, *ELSEWHERE) if refusals()[pair]] == []
