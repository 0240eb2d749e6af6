"""What the tool knows about a message broker, as a type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from celery_scaffold.model.services import Service
    from celery_scaffold.model.verdicts import Proof, Verdict


@dataclass(frozen=True)
class Broker:
    """What one broker can do, as far as the generated project depends on it.

    Attributes:
        kind: the word on the command line.
        label: the name that people use.
        why: one line for whoever has to choose.
        verdict: what it is good for.
        proof: what the generated configuration is run against in our tests.
        folders: folders under `templates/brokers/` that hold its files; where two have the same, the later counts.
        schemes: what its URLs may begin with, up to `://`.
        url_example: the URL of a local server, for `.env.example`; `{package}` stands for the package's name.
        extras: extras of the celery package.
        beat_requirements: further runtime requirements for beat's single-instance guarantee.
        untyped_packages: those without types among the packages that the project imports for this broker.
        untyped_beat_packages: the same for beat.
        services: the servers in compose.
        environment: further variables of the project: name without prefix, example, what it is for.
        dead_letters: whether the broker itself keeps what was rejected.
        priority: what HIGH and NORMAL mean here.
        evidence: where the facts come from.
        login_imports: the lines that import what asks for the password at each connection; none where it stands in
            the URL, or where there is no password.
    """

    kind: str
    label: str
    why: str
    verdict: Verdict
    proof: Proof
    folders: tuple[str, ...]
    schemes: tuple[str, ...]
    url_example: str
    extras: tuple[str, ...]
    beat_requirements: tuple[str, ...]
    untyped_packages: tuple[str, ...]
    untyped_beat_packages: tuple[str, ...]
    services: tuple[Service, ...]
    environment: tuple[tuple[str, str, str], ...]
    dead_letters: bool
    priority: str
    evidence: str
    login_imports: tuple[str, ...] = ()
