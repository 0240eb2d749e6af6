"""Every name that Celery and kombu know is offered or refused by name."""

from __future__ import annotations

import pytest

from celery_scaffold import answers
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.refusal import NOT_OFFERED
from celery_scaffold.model.refused import ALIASES, REFUSED

OFFERED = {"broker": frozenset(BROKERS), "backend": frozenset(BACKENDS)}
WORDS = [(what, word) for what, words in REFUSED.items() for word in words if word not in OFFERED[what]]


def known_to_celery(what: str) -> set[str]:
    if what == "broker":
        from kombu.transport import TRANSPORT_ALIASES

        return set(TRANSPORT_ALIASES)
    from celery.app.backends import BACKEND_ALIASES

    return set(BACKEND_ALIASES)


def unheard_of(what: str, known: set[str]) -> set[str]:
    return known - set(OFFERED[what]) - set(REFUSED[what]) - set(ALIASES[what])


@pytest.mark.parametrize("what", ["broker", "backend"])
def test_every_name_that_celery_knows_is_offered_or_refused(what: str) -> None:
    assert unheard_of(what, known_to_celery(what)) == set()
    assert unheard_of(what, {"carrier-pigeon", *known_to_celery(what)}) == {"carrier-pigeon"}


@pytest.mark.parametrize("what", ["broker", "backend"])
def test_every_other_word_leads_to_one_that_is_offered_or_refused(what: str) -> None:
    for word, target in ALIASES[what].items():
        assert target in OFFERED[what] or target in REFUSED[what], word


@pytest.mark.parametrize("what", ["broker", "backend"])
def test_what_is_offered_is_refused_no_longer(what: str) -> None:
    assert OFFERED[what] & set(REFUSED[what]) == set()
    assert OFFERED[what] & set(ALIASES[what]) == set()


@pytest.mark.parametrize(("what", "word"), WORDS)
def test_a_refusal_names_the_rule_the_word_the_reason_and_the_way_out(what: str, word: str) -> None:
    refusal = REFUSED[what][word]
    assert refusal.evidence
    with pytest.raises(ScaffoldError) as caught:
        answers.from_flags({what: word}, [])
    assert caught.value.message == f"{NOT_OFFERED}: {word} is not offered as a {what}: {refusal.reason}"
    assert caught.value.hint == refusal.way_out
    assert caught.value.exit_code == 1


def test_another_name_of_what_is_offered_is_answered_with_its_name() -> None:
    with pytest.raises(ScaffoldError, match="'amqp' has another name here") as caught:
        answers.from_flags({"broker": "amqp"}, [])
    assert caught.value.hint == "did you mean 'rabbitmq'?"


def test_a_word_that_nobody_knows_gets_the_nearest() -> None:
    with pytest.raises(ScaffoldError, match="there is no broker 'redsi'") as caught:
        answers.from_flags({"broker": "redsi"}, [])
    assert caught.value.hint == "did you mean 'redis'?"


def test_what_is_never_offered_is_as_the_issue_says() -> None:
    never = set(REFUSED["broker"])
    assert {"redis-cluster", "azurestoragequeues", "kafka", "sqlalchemy", "zookeeper", "memory", "filesystem"} <= never


def test_the_scheme_of_google_cloud_storage_leads_to_its_name() -> None:
    with pytest.raises(ScaffoldError, match="'gs' has another name here") as caught:
        answers.from_flags({"backend": "gs"}, [])
    assert caught.value.hint == "did you mean 'gcs'?"
