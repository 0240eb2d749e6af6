"""What the tool knows about a cloud and the services that it manages, as types.

No cloud is reached from where this is made: a line was read on a page of its provider, follows from a source that is
installed here, or is general knowledge that nobody verified. `READ`, `HERE` and `UNVERIFIED` say which.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from celery_scaffold.model.clouds.tokens import Token

# What evidence begins with. The pages were read as stored copies, on that day; those about regions and tokens later.
READ = "read 2026-11-30, not run: "
READ_LATER = "read 2026-12-01, not run: "
HERE = "installed source or a test of ours: "
UNVERIFIED = "not verified: general knowledge"


# The two sides of a project, as the names of its variables have them.
BROKER = "BROKER"
RESULT_BACKEND = "RESULT_BACKEND"


class Login(str, Enum):
    """How the code of a generated project can prove there who it is."""

    IDENTITY = "identity"
    TOKEN = "token"  # noqa: S105  the word, not one
    PASSWORD = "password"  # noqa: S105  the word, not one
    NETWORK = "network"


LOGINS = {
    Login.IDENTITY: "the identity of the machine, no secret",
    Login.TOKEN: "a password in a file, or with the component identity a short-lived token, no secret",
    Login.PASSWORD: "a password",
    Login.NETWORK: "none: whoever reaches it may use it",
}


class Aspect(str, Enum):
    """What a line is about; the value is the word before it."""

    CREATE = "create it with"
    TLS = "TLS"
    LOGIN = "login"
    FAILOVER = "failover"
    DIFFERENT = "different there"
    SIZE = "largest message"
    REGIONS = "another region"


@dataclass(frozen=True)
class Line:
    """One thing to know about a service.

    Attributes:
        aspect: what it is about.
        text: what there is to know or to do; `{password_file}`, `{login}`, `{url_file}` and `{prefix}MANAGEMENT_URL`
            stand for names of variables, see `told`.
        evidence: where it was read, or that it was not verified.
    """

    aspect: Aspect
    text: str
    evidence: str

    def told(self, prefix: str, sides: tuple[str, ...], quote: str = "") -> str:
        """The text with the names of a project's variables.

        Args:
            prefix: what they begin with.
            sides: BROKER, RESULT_BACKEND, or both: what the service is for the project.
            quote: what stands before and after each name.
        """

        def names(ending: str) -> str:
            return " and ".join(f"{quote}{prefix}{side}_{ending}{quote}" for side in sides)

        text = self.text.replace("{password_file}", names("PASSWORD_FILE")).replace("{url_file}", names("URL_FILE"))
        text = text.replace("{login}", names("LOGIN"))
        return text.replace("{prefix}MANAGEMENT_URL", f"{quote}{prefix}MANAGEMENT_URL{quote}")


class Span(str, Enum):
    """What a service is to a project when its region is lost, and the project is started in another one."""

    OWN = "another region has one of its own: what waited stays behind"
    COPY = "another region has a copy, at an address of its own once somebody lets it lead"
    FOLLOWS = "one address leads to whichever region leads"
    EVERYWHERE = "all regions lead, each at the same address or its own"


@dataclass(frozen=True)
class Regions:
    """What another region has of a service.

    No answer is about regions: a project is deployed once for each, and only its environment differs. This is what
    that environment can be.

    Attributes:
        span: what it is, in one of four ways.
        text: how that comes about.
        evidence: where it was read, or that it was not verified.
        host: what stands in the URL instead of one region's host, where there is such a name; `{host}` in the text.
    """

    span: Span
    text: str
    evidence: str
    host: str = ""


@dataclass(frozen=True)
class Managed:
    """A service that can stand behind brokers or result backends.

    Attributes:
        name: what its provider calls it.
        brokers: kinds of brokers that it can be.
        backends: kinds of result backends that it can be.
        url: of the broker, and of the backend unless `results_url` says another; capitals are to be replaced,
            `{package}` and `{store}` stand for names of the project.
        results_url: of the backend, where it is another; `/1` is another database of the same server.
        login: how a project logs in today.
        lines: what there is to know, in the order of `Aspect`.
        regions: what another region has of it.
        token: what it takes in place of a password; None where there is no such thing, or no code for it.
        ca: the file of the authority that signs its certificates; empty where the system trusts it.
        tied: whether no other cloud has it, so that its kinds are at home in this one.
    """

    name: str
    brokers: tuple[str, ...]
    backends: tuple[str, ...]
    url: str
    login: Login
    lines: tuple[Line, ...]
    regions: Regions
    token: Token | None = None
    results_url: str = ""
    ca: str = ""
    tied: bool = False

    @property
    def all_lines(self) -> tuple[Line, ...]:
        """The lines, and one about regions."""
        text = self.regions.text.replace("{host}", self.regions.host)
        return (*self.lines, Line(Aspect.REGIONS, text, self.regions.evidence))


@dataclass(frozen=True)
class Unsuitable:
    """A service that looks right for a kind and is not.

    Attributes:
        name: what its provider calls it.
        kinds: the kinds for which somebody would take it.
        why: what goes wrong there.
        evidence: where it was read, or that it was not verified.
    """

    name: str
    kinds: tuple[str, ...]
    why: str
    evidence: str


@dataclass(frozen=True)
class Cloud:
    """A cloud that a project can run in.

    Attributes:
        kind: the word on the command line.
        label: the name that people use.
        why: one line for whoever has to choose.
        services: what it manages.
        unsuitable: what it manages as well, and what must not be taken.
        elsewhere: what a process outside of this cloud has to set, to use its services without a key.
        evidence: where `elsewhere` was read.
    """

    kind: str
    label: str
    why: str
    services: tuple[Managed, ...]
    unsuitable: tuple[Unsuitable, ...]
    elsewhere: str
    evidence: str

    def for_side(self, side: str, kind: str) -> tuple[Managed, ...]:
        """The services that can be what a project has on that side."""
        return self.for_broker(kind) if side == BROKER else self.for_backend(kind)

    def for_broker(self, kind: str) -> tuple[Managed, ...]:
        """The services that can be a broker of that kind."""
        return tuple(service for service in self.services if kind in service.brokers)

    def for_backend(self, kind: str) -> tuple[Managed, ...]:
        """The services that can be a result backend of that kind."""
        return tuple(service for service in self.services if kind in service.backends)
