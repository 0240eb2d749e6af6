"""What is known about a word: a broker, backend, cloud, pair, rule or setting, or a name that is refused. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from celery_scaffold import answers as said
from celery_scaffold.answers import Answers, Source
from celery_scaffold.components import chosen
from celery_scaffold.errors import ScaffoldError, nearest, shown
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS
from celery_scaffold.model.refusal import NOT_OFFERED
from celery_scaffold.model.refused import ALIASES, REFUSED
from celery_scaffold.model.rules import judge
from celery_scaffold.model.rules.rulebook import RULES
from celery_scaffold.pages import (
    Page,
    Section,
    backend_page,
    broker_page,
    cloud_page,
    refusal_page,
    refused,
    rule_page,
    setting_page,
    settings,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from celery_scaffold.model.backends import Backend
    from celery_scaffold.model.brokers import Broker
    from celery_scaffold.model.refusal import Refusal


_OFFERED: dict[str, Iterable[str]] = {"broker": BROKERS, "backend": BACKENDS}


def explain(word: str) -> Page:
    """The page about a word.

    Raises:
        ScaffoldError: nobody knows it, with the nearest one.
    """
    if "+" in word:
        return _pair(*(part.strip() for part in word.split("+", 1)))
    pages = list(_pages(word))
    if not pages:
        raise ScaffoldError(f"there is nothing to say about {shown(word)}", nearest(word, known()))
    return pages[0] if len(pages) == 1 else _joined(word, pages)


def known() -> tuple[str, ...]:
    """Every word that there is a page for."""
    words = (
        *BROKERS,
        *BACKENDS,
        *CLOUDS,
        *RULES,
        *REFUSED["broker"],
        *REFUSED["backend"],
        *(each.name for each in settings()),
    )
    return tuple(dict.fromkeys(words))


def overview() -> Page:
    """What can be asked about."""
    return Page(
        "",
        "overview",
        "celery-scaffold explain WORD, or BROKER+BACKEND",
        (
            Section("brokers", tuple((kind, broker.why, "") for kind, broker in BROKERS.items())),
            Section("backends", tuple((kind, backend.why, "") for kind, backend in BACKENDS.items())),
            Section("clouds", tuple((kind, cloud.why, "") for kind, cloud in CLOUDS.items())),
            *(
                Section(
                    f"{what}s that are not offered", tuple((word, _way(refusal), "") for word, refusal in rows.items())
                )
                for what, rows in refused().items()
            ),
            Section("rules", tuple((rule.id, rule.problem, "") for rule in RULES.values())),
            Section("settings", tuple((name, why, "") for name, why in _first_reasons().items())),
        ),
    )


def _first_reasons() -> dict[str, str]:
    return {setting.name: setting.why for setting in reversed(settings())}


def _way(refusal: Refusal) -> str:
    return f"{NOT_OFFERED}: {refusal.way_out}"


# --- one word ------------------------------------------------------------------------------------------


def _pages(word: str) -> Iterator[Page]:
    for what, offered in _OFFERED.items():
        target = word if word in offered else ALIASES[what].get(word, word)
        if target in BROKERS and what == "broker":
            yield broker_page(BROKERS[target])
        elif target in BACKENDS and what == "backend":
            yield backend_page(BACKENDS[target])
        elif target in refused()[what]:
            yield refusal_page(refused()[what][target], what)
    if word in CLOUDS:
        yield cloud_page(CLOUDS[word])
    if word.upper() in RULES:
        yield rule_page(RULES[word.upper()])
    found = [setting for setting in settings() if word in (setting.name, setting.name.rpartition(".")[2])]
    if found:
        yield setting_page(found)


def _joined(word: str, pages: list[Page]) -> Page:
    """One page out of several about one word, such as redis: broker and backend."""
    sections = [replace(section, title=f"{page.what}: {section.title}") for page in pages for section in page.sections]
    what = ", ".join(page.what for page in pages)
    return Page(word, what, "; ".join(f"{page.what}: {page.title}" for page in pages), tuple(sections))


# --- a pair --------------------------------------------------------------------------------------------


def _pair(first: str, second: str) -> Page:
    """A broker and a backend together: what works, and which rules apply to a project of the defaults."""
    broker, backend = ALIASES["broker"].get(first, first), ALIASES["backend"].get(second, second)
    pages = [
        refusal_page(words[word], what)
        for (what, words), word in zip(refused().items(), (broker, backend), strict=True)
        if word in words
    ]
    if not pages:
        return _judged(_known(broker, "broker", BROKERS), _known(backend, "backend", BACKENDS))
    for word, what, table in ((broker, "broker", BROKERS), (backend, "backend", BACKENDS)):
        if word not in refused()[what]:
            _known(word, what, table)
    sections = tuple(replace(section, title=page.title) for page in pages for section in page.sections)
    return Page(f"{first}+{second}", "pair", f"{first} with {second} is not offered", sections)


def _known(word: str, what: str, table: Iterable[str]) -> str:
    if word not in table:
        raise ScaffoldError(f"there is no {what} {shown(word)}", nearest(word, table))
    return word


def _judged(kind: str, result_kind: str) -> Page:
    broker, backend = BROKERS[kind], BACKENDS[result_kind]
    given = Answers({}).with_answer("name", "shop", Source.DEFAULT)
    project = said.project(
        given.with_answer("broker", kind, Source.FLAG).with_answer("backend", result_kind, Source.FLAG)
    )
    judgement = judge(project, frozenset(component.name for component in chosen(project)))
    found = (*judgement.errors, *judgement.warnings)
    shared = sorted({service.name for service in broker.services} & {service.name for service in backend.services})
    servers = {service.name: "" for service in (*broker.services, *backend.services)}
    works = [
        ("delays", _can(broker, "delay"), ""),
        ("dead letters", "kept by the broker" if broker.dead_letters else "none", ""),
        ("priorities", broker.priority, ""),
        ("chords", _can(backend, "chords") if backend.chords else "none", ""),
        ("results", _can(backend, "readers"), ""),
        ("servers", ", ".join(servers) + (" (one for both)" if shared else "") if servers else "none in compose", ""),
        ("proven on", f"{broker.proof.value}; {backend.proof.value}", ""),
    ]
    rules = tuple((finding.id, f"{finding.problem}; {finding.remedy}", RULES[finding.id].evidence) for finding in found)
    return Page(
        f"{kind}+{result_kind}",
        "pair",
        f"{broker.label} with {backend.label}: {'refused' if judgement.errors else 'works'}",
        (
            Section("what works", tuple(works)),
            Section("rules that apply to the defaults", rules or (("none", "nothing to refuse or to warn about", ""),)),
        ),
    )


def _can(facts: Broker | Backend, topic: str) -> str:
    """The value and the note of a capability; what nobody wrote down is said to be unknown."""
    for capability in facts.capabilities:
        if capability.topic.value == topic:
            return f"{capability.shown}: {capability.note}"
    return "not recorded"
