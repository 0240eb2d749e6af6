"""What the tool knows about a result backend, as a type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from celery_scaffold.model.services import Service
    from celery_scaffold.model.verdicts import Proof, Verdict


@dataclass(frozen=True)
class Backend:
    """What one result backend can do.

    Attributes:
        kind: the word on the command line.
        label: the name that people use.
        why: one line for whoever has to choose.
        verdict: what it is good for.
        proof: what the generated configuration is run against in our tests.
        folders: folders under `templates/backends/` that hold its files; where two have the same, the later counts.
        schemes: what its URLs may begin with, up to `://`.
        url_example: the URL of a local server, `{package}` stands for the package's name; empty where there is none.
        extras: extras of the celery package.
        requirements: further runtime requirements.
        services: the servers in compose; none when it needs none beside the broker's.
        stores_results: whether `AsyncResult.get` can ever return.
        chords: whether a chord's body can be called.
        reads_elsewhere: whether a process other than the sender can read a result.
        needs_beat_cleanup: whether expired results are only removed by `celery.backend_cleanup`.
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
    requirements: tuple[str, ...]
    services: tuple[Service, ...]
    stores_results: bool
    chords: bool
    reads_elsewhere: bool
    needs_beat_cleanup: bool
    evidence: str
    login_imports: tuple[str, ...] = ()
