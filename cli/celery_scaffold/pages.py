"""The pages of `explain`: what is said about one broker, backend, cloud, rule, setting or refused name. Pure.

The terminal, `--json` and the reference pages show the same `Page`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold.model.backends import BACKENDS, Backend
from celery_scaffold.model.brokers import BROKERS, Broker
from celery_scaffold.model.clouds import managed_by
from celery_scaffold.model.clouds.cloud import BROKER, LOGINS, RESULT_BACKEND
from celery_scaffold.model.refusal import NOT_OFFERED
from celery_scaffold.model.refused import REFUSED
from celery_scaffold.model.rules.rule import Handling
from celery_scaffold.model.rules.rulebook import RULES
from celery_scaffold.model.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from celery_scaffold.model.capabilities import Capability, Requirement
    from celery_scaffold.model.clouds import Cloud
    from celery_scaffold.model.clouds.cloud import Managed
    from celery_scaffold.model.refusal import Refusal
    from celery_scaffold.model.rules.rule import Rule
    from celery_scaffold.model.setting import Setting


@dataclass(frozen=True)
class Section:
    """A part of a page: rows of a name, what is said of it, and the evidence for that.

    Attributes:
        title: of the part.
        rows: a name, a text, and where it was measured or read; the last may be empty.
    """

    title: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Page:
    """What is said about one word.

    Attributes:
        word: as it is asked for.
        what: broker, backend, cloud, pair, rule, setting, refused; with `, ` between when it is several.
        title: one line.
        sections: its parts.
    """

    word: str
    what: str
    title: str
    sections: tuple[Section, ...]


def settings() -> tuple[Setting, ...]:
    """The settings that generated configurations make: of all projects, and of each broker and backend once."""
    own = (setting for _, facts in _offered() for setting in facts.options)
    return tuple({(setting.name, setting.value): setting for setting in (*SETTINGS, *own)}.values())


def _offered() -> tuple[tuple[str, Broker | Backend], ...]:
    """Every broker and every backend by its kind; some kinds are both."""
    return (*BROKERS.items(), *BACKENDS.items())


def refused() -> dict[str, dict[str, Refusal]]:
    """The refusals that hold: what has come to be offered is no longer refused."""
    offered: dict[str, Iterable[str]] = {"broker": BROKERS, "backend": BACKENDS}
    return {
        what: {word: refusal for word, refusal in words.items() if word not in offered[what]}
        for what, words in REFUSED.items()
    }


def broker_page(broker: Broker) -> Page:
    """All that is known about a broker."""
    general = [
        ("verdict", broker.verdict.value, broker.evidence),
        ("proven on", broker.proof.value, ""),
        ("URL", broker.url_example.replace("{package}", "shop"), ""),
        *[("variable", f"{name}: {about}", "") for name, _, about in broker.environment],
        ("extras", ", ".join(f"celery[{extra}]" for extra in broker.extras) or "none", ""),
        _managed_row(BROKER, broker.kind),
    ]
    return Page(broker.kind, "broker", f"{broker.label}: {broker.why}", _facts(general, broker))


def backend_page(backend: Backend) -> Page:
    """All that is known about a result backend."""
    general = [
        ("verdict", backend.verdict.value, backend.evidence),
        ("proven on", backend.proof.value, ""),
        ("URL", backend.url_example.replace("{package}", "shop") or "none", ""),
        ("extras", ", ".join(f"celery[{extra}]" for extra in backend.extras) or "none", ""),
        _managed_row(RESULT_BACKEND, backend.kind),
    ]
    return Page(backend.kind, "backend", f"{backend.label}: {backend.why}", _facts(general, backend))


def _facts(general: Iterable[tuple[str, str, str]], facts: Broker | Backend) -> tuple[Section, ...]:
    sections = (
        Section("in short", tuple(general)),
        Section("what it can do", tuple(_capability(capability) for capability in facts.capabilities)),
        Section("settings", tuple(_setting(setting) for setting in facts.options)),
        Section("versions", tuple(_version(requirement) for requirement in facts.versions)),
    )
    return tuple(section for section in sections if section.rows)


def _capability(capability: Capability) -> tuple[str, str, str]:
    return capability.topic.value, f"{capability.shown}: {capability.note}", capability.evidence


def _setting(setting: Setting) -> tuple[str, str, str]:
    return setting.name.rpartition(".")[2], f"{_valued(setting)}: {setting.why}", setting.evidence


def _valued(setting: Setting) -> str:
    """The value with its unit, where it is a number."""
    return f"{setting.value} {setting.unit}" if setting.unit and setting.value.isdigit() else setting.value


def _version(requirement: Requirement) -> tuple[str, str, str]:
    return f"{requirement.name} {requirement.versions}", requirement.why, requirement.evidence


def cloud_page(cloud: Cloud) -> Page:
    """All that is known about a cloud: what it manages, what must not be taken, and how others reach it."""
    general = (
        ("brokers", _served(service.brokers for service in cloud.services), ""),
        ("backends", _served(service.backends for service in cloud.services), ""),
        ("from elsewhere", f"each process needs {cloud.elsewhere}", cloud.evidence),
    )
    unsuitable = tuple(
        (each.name, f"not for {', '.join(each.kinds)}: {each.why}", each.evidence) for each in cloud.unsuitable
    )
    sections = (
        Section("in short", general),
        *(Section(service.name, _managed(service)) for service in cloud.services),
        Section("what must not be taken", unsuitable),
    )
    return Page(cloud.kind, "cloud", f"{cloud.label}: {cloud.why}", tuple(part for part in sections if part.rows))


def _served(kinds: Iterable[tuple[str, ...]]) -> str:
    """The kinds of several services; those that this version does not offer say so."""
    words = dict.fromkeys(kind for each in kinds for kind in each)
    return ", ".join(word if word in BROKERS or word in BACKENDS else f"{word} (not offered yet)" for word in words)


def _managed(service: Managed) -> tuple[tuple[str, str, str], ...]:
    """What is known about one service."""
    sides = (
        (BROKER, service.brokers, service.url),
        (RESULT_BACKEND, service.backends, service.results_url or service.url),
    )
    used = tuple((side, kinds, url) for side, kinds, url in sides if kinds)
    return (
        *(
            (
                f"{side}_URL",
                f"{url.replace('{package}', 'shop').replace('{store}', 'shop-results')} ({', '.join(kinds)})",
                "",
            )
            for side, kinds, url in used
        ),
        ("identity", LOGINS[service.login], ""),
        ("regions", service.regions.span.value, ""),
        *(
            (line.aspect.value, line.told("", tuple(side for side, _, _ in used)), line.evidence)
            for line in service.all_lines
        ),
    )


def _managed_row(side: str, kind: str) -> tuple[str, str, str]:
    services = managed_by(side, kind)
    text = "; ".join(f"{cloud}: {', '.join(names)}" for cloud, names in services.items())
    return ("managed by", text or "none of the clouds", "")


def rule_page(rule: Rule) -> Page:
    """A rule: what goes wrong, what to do, and what the tool does about it."""
    rows = [
        ("severity", rule.severity.value, ""),
        ("here", rule.handling.value, ""),
        ("what goes wrong", rule.problem, rule.evidence),
        ("what to do", rule.remedy, ""),
    ]
    if rule.handling is Handling.WARNED:
        rows.append(("to accept it", f'[accepted] {rule.id} = "why", in celery-scaffold.toml', ""))
    keep = tuple(_setting(setting) for setting in settings() if rule.id in setting.rules)
    sections = (Section("in short", tuple(rows)), Section("settings that keep it", keep))
    return Page(rule.id, "rule", rule.problem, tuple(section for section in sections if section.rows))


def setting_page(found: list[Setting]) -> Page:
    """A setting: its value, why, and the rules that it keeps."""
    rows: list[tuple[str, str, str]] = []
    for setting in found:
        rows += [("value", _valued(setting), ""), ("why", setting.why, setting.evidence)]
        rows += [("unit", setting.unit, "")] if setting.unit else []
    ids = dict.fromkeys(rule for setting in found for rule in setting.rules)
    used = tuple(
        (kind, facts.label, "")
        for kind, facts in _offered()
        if any(option.name == found[0].name for option in facts.options)
    )
    sections = (
        Section("in short", tuple(rows)),
        Section("set for", tuple(dict.fromkeys(used)) or (("every project", "", ""),)),
        Section("rules that it keeps", tuple((rule, RULES[rule].problem, "") for rule in ids)),
    )
    return Page(found[0].name, "setting", found[0].why, tuple(section for section in sections if section.rows))


def refusal_page(refusal: Refusal, what: str) -> Page:
    """Why a name is not offered as a broker or a backend, and what to take instead."""
    rows = (
        ("why", refusal.reason, refusal.evidence),
        ("instead", refusal.way_out, ""),
        ("rule", f"{NOT_OFFERED}: {RULES[NOT_OFFERED].problem}", ""),
    )
    return Page(
        refusal.word, f"refused {what}", f"{refusal.word} is not offered as a {what}", (Section("in short", rows),)
    )
