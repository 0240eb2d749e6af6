"""What the tool knows about a result backend, as a type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold.model.capabilities import value_of
from celery_scaffold.model.hosts import Hosts

if TYPE_CHECKING:
    from celery_scaffold.model.capabilities import Capability, Requirement, Topic, Value
    from celery_scaffold.model.services import Service
    from celery_scaffold.model.setting import Setting
    from celery_scaffold.model.tls import Tls
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
        store: what has to be there before the first worker starts, and no worker makes (`table`, `bucket`); empty where
            an address and a login are all it takes. Such a backend is a class of the project's own, and its tests make
            what they need on an emulator.
        own_class: the folder under `templates/` with a class that stands in for Celery's; empty where Celery's own will
            do, and where it needs a store.
        untyped_packages: those without types among the packages that the project imports for it.
        ignored_warnings: filters of pytest for what its client library warns of.
        family: the kind whose protocol it speaks, its own unless it is another's relative; rules go by it.
        capabilities: what it can do, each with its own evidence.
        options: the settings that the generated configuration makes for it.
        versions: versions of servers and drivers that are needed, or to be avoided.
        login_imports: the lines that import what asks for the password at each connection; none where it stands in
            the URL, or where there is no password.
        login_user: whether it is told the user beside the password; otherwise its driver reads that from the URL.
        url_checks: the partial `urls/…` that looks whether its URL leads to a server that anybody could be; empty where
            `tls` does, or where there is nothing to look at.
        tls: how it is reached over TLS; None where the project has no say in it.
        hosts: how many servers its URL can name by a record in DNS.
        environment: further variables of the project: name without prefix, example, what it is for.
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
    environment: tuple[tuple[str, str, str], ...] = ()
    store: str = ""
    own_class: str = ""
    untyped_packages: tuple[str, ...] = ()
    ignored_warnings: tuple[str, ...] = ()
    login_imports: tuple[str, ...] = ()
    login_user: bool = False
    url_checks: str = ""
    tls: Tls | None = None
    family: str = ""
    capabilities: tuple[Capability, ...] = ()
    options: tuple[Setting, ...] = ()
    versions: tuple[Requirement, ...] = ()
    hosts: Hosts = Hosts.NONE

    @property
    def lineage(self) -> str:
        """The family; unless it is said, the kind whose files it starts from."""
        return self.family or self.folders[0]

    def can(self, topic: Topic) -> Value | None:
        """What it can do about a topic; None where nothing is known."""
        return value_of(self.capabilities, topic)

    @property
    def is_sql(self) -> bool:
        """Whether it is Celery's `database` backend, on any of SQLAlchemy's databases."""
        return "sqlalchemy" in self.extras

    @property
    def is_file(self) -> bool:
        """Whether it is a file, which all processes of one machine share."""
        return self.schemes == ("db+sqlite",)

    @property
    def server(self) -> str:
        """What sentences call it: its label without what stands in brackets."""
        return self.label.partition(" (")[0]
