"""Servers that DNS names: records of type SRV, looked up when a process starts.

In place of host and port a URL may have such a record, as Consul and Kubernetes publish them:
`scheme://user@_service._tcp.example.org/place`. No host's name begins with an underscore.
"""

import re
from time import monotonic, sleep

import dns.resolver
from dns.exception import DNSException
from dns.rdtypes.IN.SRV import SRV

#: The settings whose URL may have one, and whether their client takes several servers.
TAKES_SEVERAL = {
{% for name, several in cookiecutter._srv.items() %}
    "{{ name }}": {{ several }},
{% endfor %}
}
#: Seconds. There is no record before its first server is ready, and when everything starts at once
#: DNS may be late itself. Beyond that, whoever started this process does so again.
PATIENCE = 15
#: Between two questions.
PAUSE = 1
#: What a question may take, which is asked again within it.
QUESTION = 5

_URL = re.compile(
    r"(?P<start>[\w+]+://(?:[^@/]*@)?)"
    r"(?P<record>_[^@/?#:]+\._(?:tcp|udp)\.[^@/?#:]+)(?P<port>:\d*)?"
    r"(?P<rest>[/?#].*)?",
    re.DOTALL,
)


class NoServerError(Exception):
    """DNS does not lead to a server. The message never shows a URL: it may hold a password."""


def located(setting: str, urls: str) -> str:
    """Return the URLs of a setting with servers in place of each record, the preferred one first.

    Raises:
        NoServerError: there is no such record, or no server in it; DNS does not answer; there are
            more servers than the client takes.
    """
    found = [url for one in urls.split(";") for url in _with_servers(setting, one)]
    return ";".join(found)


def _with_servers(setting: str, url: str) -> list[str]:
    parts = _URL.fullmatch(url)
    if not parts:
        return [url]
    record = parts["record"]
    if parts["port"]:
        raise NoServerError(f"{record}: leave the port out, the record has it")
    servers = _servers(record)
    if len(servers) > 1 and not TAKES_SEVERAL[setting]:
        named = ", ".join(servers)
        raise NoServerError(f"{record} names {len(servers)} servers, and this takes one: {named}")
    return [f"{parts['start']}{server}{parts['rest'] or ''}" for server in servers]


def _servers(record: str) -> list[str]:
    """Host and port of each server, in the order in which to try them (RFC 2782)."""
    found = _answer(record).rrset
    ordered = found.processing_order() if found else []
    servers = [
        f"{one.target.to_text(omit_final_dot=True)}:{one.port}"
        for one in ordered
        # A target that is the root says that there is none.
        if isinstance(one, SRV) and one.target.labels != (b"",)
    ]
    if not servers:
        raise NoServerError(f"{record}: the record says that there is no server")
    return servers


def _answer(record: str) -> dns.resolver.Answer:
    """Ask DNS, with the search domains of this host, until there is an answer or no more time."""
    end = monotonic() + PATIENCE
    while True:
        try:
            return dns.resolver.resolve(record, "SRV", lifetime=QUESTION, search=True)
        except DNSException as error:
            unknown = isinstance(error, (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer))
            reason = "DNS has no such record of type SRV" if unknown else "DNS does not answer"
            if monotonic() + PAUSE > end:
                raise NoServerError(f"{record}: {reason}, for {PATIENCE} s") from None
        sleep(PAUSE)
