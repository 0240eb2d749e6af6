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
        dead_letters: whether what was rejected is kept on the broker.
        priority: what HIGH and NORMAL mean here.
        evidence: where the facts come from.
        own_folders: folders under `templates/` with files that only projects on this broker have.
        queue_separator: what stands between the names of project and queue.
        longest_queue_name: characters that the name of a queue may have, the project's included; 0 for no limit here.
        remote_control: whether workers and beat can be asked over it.
        priorities: whether it can deliver HIGH before NORMAL.
        reply_queues: whether it can carry the queues of the backend rpc.
        confirms_publish: whether publishing waits for the broker's word, for a time that can be bounded.
        declares_topology: whether workers declare all queues before they consume their own.
        counts_consumers: whether it knows how many consumers a queue has.
        makes_queues: whether queues are made by a command, once, and not by who uses them.
        long_polls: whether a worker has a request open that may still bring messages when it stops.
        native_delay: seconds for which it holds a message with a countdown itself, so that no worker has to.
        longest_visibility_timeout: seconds that a delivery may stay unacknowledged at most; 0 for no limit.
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
    own_folders: tuple[str, ...] = ()
    queue_separator: str = "."
    longest_queue_name: int = 0
    remote_control: bool = True
    priorities: bool = True
    reply_queues: bool = True
    confirms_publish: bool = False
    declares_topology: bool = False
    counts_consumers: bool = False
    makes_queues: bool = False
    long_polls: bool = False
    native_delay: int = 0
    longest_visibility_timeout: int = 0
