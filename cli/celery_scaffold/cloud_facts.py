"""What templates print about the clouds of a project: a section of the README for each, and lines of `.env.example`.

Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.environment_facts import url
from celery_scaffold.model.clouds import CLOUDS, backend_home, broker_home
from celery_scaffold.model.clouds.cloud import BROKER, RESULT_BACKEND

if TYPE_CHECKING:
    from celery_scaffold.model.clouds import Cloud
    from celery_scaffold.model.clouds.cloud import Managed
    from celery_scaffold.model.project import Project
    from celery_scaffold.plan import Json

_WIDTH = 118
_PURPOSES = {BROKER: "broker", RESULT_BACKEND: "results"}


def cloud_sections(project: Project) -> list[Json]:
    """A section for each cloud: its services for this project, then what it has none for; empty without clouds."""
    return [
        {
            "label": cloud.label,
            "kind": cloud.kind,
            "services": [_service(project, service, sides) for service, sides in _chosen(project, cloud).items()],
            "notes": [_item(note) for note in _notes(project, cloud)],
        }
        for cloud in project.clouds
    ]


def cloud_urls(project: Project) -> dict[str, tuple[str, ...]]:
    """For `.env.example`: the variables of URLs, without prefix, and what each is with a service of a cloud."""
    return {
        f"{side}_URL": tuple(
            f"with {service.name}: {_url(project, service, side)}"
            for cloud in project.clouds
            for service in cloud.for_side(side, kind)
        )
        for side, kind in _kinds(project).items()
    }


def _kinds(project: Project) -> dict[str, str]:
    """What stands on each side, where it is a server of its own; a file or the broker's own queues are none."""
    backend = project.backend
    has_server = bool(backend.url_example) and not backend.is_file
    return {BROKER: project.broker.kind, **({RESULT_BACKEND: backend.kind} if has_server else {})}


def _chosen(project: Project, cloud: Cloud) -> dict[Managed, tuple[str, ...]]:
    """The services of a cloud that this project can use, each with its sides."""
    found: dict[Managed, tuple[str, ...]] = {}
    for side, kind in _kinds(project).items():
        for service in cloud.for_side(side, kind):
            found[service] = (*found.get(service, ()), side)
    return found


def _service(project: Project, service: Managed, sides: tuple[str, ...]) -> dict[str, Json]:
    prefix = project.environment_prefix
    variables = [f"{prefix}{side}_URL={_url(project, service, side)}" for side in sides]
    variables += [f"{prefix}{side}_CA_FILE=/run/tls/{service.ca}" for side in sides if service.ca]
    return {
        "name": service.name,
        "purpose": " and ".join(_PURPOSES[side] for side in sides),
        "variables": [*variables],
        "lines": [_item(text) for text in _by_aspect(service, prefix, sides)],
    }


def _by_aspect(service: Managed, prefix: str, sides: tuple[str, ...]) -> list[str]:
    """The lines of a service, those about one thing joined."""
    texts: dict[str, list[str]] = {}
    for line in service.all_lines:
        texts.setdefault(line.aspect.value, []).append(line.told(prefix, sides, "`"))
    return [
        f"*{aspect}*: {first}." + "".join(f" {_sentence(part)}." for part in further)
        for aspect, (first, *further) in texts.items()
    ]


def _sentence(text: str) -> str:
    """Text with a capital letter, unless it begins with a name of code."""
    return text[:1].upper() + text[1:] if text.partition(" ")[0].rstrip(",;:").isalpha() else text


def _url(project: Project, service: Managed, side: str) -> str:
    return url((side == RESULT_BACKEND and service.results_url) or service.url, project)


# --- what a cloud does not have ------------------------------------------------------------------------


def _notes(project: Project, cloud: Cloud) -> list[str]:
    """What must not be taken here, what is elsewhere, and what nobody manages here."""
    kinds = _kinds(project)
    unsuitable = [each for each in cloud.unsuitable if set(each.kinds) & set(kinds.values())]
    told = {kind for each in unsuitable for kind in each.kinds}
    notes = [f"Not {each.name}: {each.why}." for each in unsuitable]
    labels = {BROKER: project.broker.server, RESULT_BACKEND: project.backend.server}
    for side, kind in kinds.items():
        home = _home(side, kind)
        if home and home != cloud.kind:
            there = CLOUDS[home]
            notes.append(
                f"{labels[side]}: a service of {there.label}. Each process that runs here needs {there.elsewhere}."
            )
        elif kind not in told and not cloud.for_side(side, kind):
            notes.append(
                f"{cloud.label} manages nothing that can be {labels[side]}: run it yourself there, over several "
                "machines, or take it from a provider."
            )
    return notes


def _home(side: str, kind: str) -> str:
    return broker_home(kind) if side == BROKER else backend_home(kind)


def _item(text: str) -> str:
    """An item of a list in Markdown, its lines no longer than those around it."""
    import textwrap

    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
