"""What the tool knows about a message broker, as a type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold.model.capabilities import Topic, value_of
from celery_scaffold.model.hosts import Hosts

if TYPE_CHECKING:
    from celery_scaffold.model.capabilities import Capability, Requirement, Value
    from celery_scaffold.model.services import Service
    from celery_scaffold.model.setting import Setting
    from celery_scaffold.model.tls import Tls
    from celery_scaffold.model.verdicts import Proof, Verdict

# Seconds. The largest number that a column of 32 bits holds, which is 68 years.
UNLIMITED = 2**31 - 1


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
        requirements: further runtime requirements.
        beat_requirements: further runtime requirements for beat's single-instance guarantee.
        untyped_packages: those without types among the packages that the project imports for this broker.
        untyped_beat_packages: the same for beat.
        ignored_warnings: filters of pytest for what its client library warns of.
        services: the servers in compose.
        environment: further variables of the project: name without prefix, example, what it is for.
        dead_letters: whether what was rejected is kept on the broker.
        priority: what HIGH and NORMAL mean here.
        evidence: where the facts come from.
        family: the kind whose protocol it speaks, its own unless it is another's relative; rules go by it.
        capabilities: what it can do, each with its own evidence.
        options: the settings that the generated configuration makes for it.
        versions: versions of servers and drivers that are needed, or to be avoided.
        login_imports: the lines that import what asks for the password at each connection; none where it stands in
            the URL, or where there is no password.
        user_in_url: whether the password alone is asked for at each connection, and the URL names the user.
        foreign_url: the URL of another broker, which its settings have to refuse.
        other_url: one that they take; empty where the name of a host will do.
        tls: how it is reached over TLS; None where the project has no say in it.
        own_folders: folders under `templates/` with files that only projects on this broker have.
        queue_separator: what stands between the names of project and queue.
        hyphens: whether the names of queues may have them; where not, underscores take their place.
        longest_queue_name: characters that the name of a queue may have, the project's included; 0 for no limit here.
        confirms_publish: whether publishing waits for the broker's word, for a time that can be bounded.
        declares_topology: whether workers declare all queues before they consume their own.
        counts_consumers: whether it knows how many consumers a queue has.
        located: whether region and account say where its queues are.
        makes_queues: whether queues are made by a command, once, and not by who uses them.
        long_polls: whether a worker has a request open that may still bring messages when it stops.
        counts_messages: whether it says at once how many messages a queue has.
        reads_environment: whether its client reads the `client_environment` of its servers.
        hosts: how many servers its URL can name by a record in DNS.
        native_delay: seconds for which it holds a message with a countdown itself, so that no worker has to.
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
    requirements: tuple[str, ...] = ()
    ignored_warnings: tuple[str, ...] = ()
    login_imports: tuple[str, ...] = ()
    user_in_url: bool = False
    foreign_url: str = "sqs://user:a-password@"
    other_url: str = ""
    tls: Tls | None = None
    family: str = ""
    capabilities: tuple[Capability, ...] = ()
    options: tuple[Setting, ...] = ()
    versions: tuple[Requirement, ...] = ()
    own_folders: tuple[str, ...] = ()
    queue_separator: str = "."
    hyphens: bool = True
    longest_queue_name: int = 0
    confirms_publish: bool = False
    declares_topology: bool = False
    counts_consumers: bool = False
    located: bool = False
    makes_queues: bool = False
    long_polls: bool = False
    counts_messages: bool = True
    reads_environment: bool = False
    hosts: Hosts = Hosts.NONE
    native_delay: int = 0

    @property
    def lineage(self) -> str:
        """The family; unless it is said, the kind whose files it starts from."""
        return self.family or self.folders[0]

    def can(self, topic: Topic) -> Value | None:
        """What it can do about a topic; None where nothing is known."""
        return value_of(self.capabilities, topic)

    @property
    def remote_control(self) -> bool:
        """Whether workers and beat can be asked over it."""
        return self.can(Topic.REMOTE_CONTROL) is not False

    @property
    def priorities(self) -> bool:
        """Whether it can deliver HIGH before NORMAL."""
        return self.can(Topic.PRIORITY) != "none"

    @property
    def caps_delay(self) -> bool:
        """Whether it holds a message with a countdown, but not for as long as anybody may ask."""
        return 0 < self.native_delay < UNLIMITED

    @property
    def returns_late(self) -> bool:
        """Whether kombu itself keeps what is unacknowledged, and loses sight of it with the connection."""
        return self.lineage == "redis"

    @property
    def server(self) -> str:
        """What sentences call it: its label without what stands in brackets."""
        return self.label.partition(" (")[0]
