"""Servers that DNS names. A name server answers here, over UDP; nothing stands in for dnspython."""

import socket
from collections.abc import Iterator
from threading import Thread, Timer

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from full_redis import srv
from full_redis.settings import ENV_PREFIX, SettingsError, get_settings

RECORD = "_shop._tcp.example.org"
SETTING = "broker_url"
TWO = ("20 0 7002 second.example.org.", "10 0 7001 first.example.org.")


class NameServer:
    """Knows one record, or none."""

    def __init__(self) -> None:
        self.data: tuple[str, ...] = ()
        self.silent = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]

    def serve(self) -> None:
        while True:
            wire, client = self._socket.recvfrom(4096)
            if not wire:
                return
            if not self.silent:
                self._socket.sendto(self._answer(dns.message.from_wire(wire)).to_wire(), client)

    def stop(self) -> None:
        self._socket.sendto(b"", self._socket.getsockname())

    def close(self) -> None:
        self._socket.close()

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(query)
        name = query.question[0].name
        if self.data and name.to_text() == f"{RECORD}.":
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "SRV", *self.data))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    server = NameServer()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.port
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    for name, seconds in (("PATIENCE", 0.3), ("PAUSE", 0.05), ("QUESTION", 0.1)):
        monkeypatch.setattr(srv, name, seconds)
    thread = Thread(target=server.serve)
    thread.start()
    yield server
    server.stop()
    thread.join()
    server.close()


@pytest.fixture
def takes_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(srv.TAKES_SEVERAL, SETTING, True)


def test_a_record_becomes_host_and_port(names: NameServer) -> None:
    names.data = ("10 0 7001 first.example.org.",)
    assert srv.located(SETTING, f"scheme://user:a-password@{RECORD}/place?option=1") == (
        "scheme://user:a-password@first.example.org:7001/place?option=1"
    )
    assert srv.located(SETTING, f"scheme://{RECORD}") == "scheme://first.example.org:7001"


@pytest.mark.usefixtures("takes_several")
def test_servers_are_tried_in_the_order_of_their_priorities(names: NameServer) -> None:
    names.data = TWO
    assert srv.located(SETTING, f"scheme://user@{RECORD}/place") == (
        "scheme://user@first.example.org:7001/place;scheme://user@second.example.org:7002/place"
    )


def test_a_client_that_takes_one_server_is_given_no_choice(
    names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(srv.TAKES_SEVERAL, SETTING, False)
    names.data = TWO
    with pytest.raises(srv.NoServerError, match="names 2 servers, and this takes one"):
        srv.located(SETTING, f"scheme://{RECORD}")


def test_a_record_that_appears_while_it_is_asked_for_is_found(names: NameServer) -> None:
    later = Timer(0.1, setattr, (names, "data", ("10 0 7001 first.example.org.",)))
    later.start()
    assert srv.located(SETTING, f"scheme://{RECORD}") == "scheme://first.example.org:7001"
    later.join()


@pytest.mark.parametrize(
    ("data", "message"),
    [((), "DNS has no such record"), (("0 0 0 .",), "says that there is no server")],
)
def test_a_record_that_leads_to_no_server_is_named(
    names: NameServer, data: tuple[str, ...], message: str
) -> None:
    names.data = data
    with pytest.raises(srv.NoServerError, match=f"^{RECORD}: .*{message}"):
        srv.located(SETTING, f"scheme://user:a-password@{RECORD}")


def test_a_name_server_that_does_not_answer_is_not_waited_for(names: NameServer) -> None:
    names.silent = True
    with pytest.raises(srv.NoServerError, match="DNS does not answer"):
        srv.located(SETTING, f"scheme://{RECORD}")


def test_a_port_beside_a_record_is_a_mistake() -> None:
    with pytest.raises(srv.NoServerError, match="leave the port out"):
        srv.located(SETTING, f"scheme://{RECORD}:7001/place")


@pytest.mark.parametrize(
    "urls",
    [
        "memory://",
        "filesystem://",
        "scheme://user@host:1/_place._tcp.example.org;scheme://host:2/",
        "scheme://_user:a-password@host:1/place",
    ],
)
def test_other_urls_stay_as_they_are(urls: str) -> None:
    assert srv.located(SETTING, urls) == urls


def test_the_settings_name_the_variable(names: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    names.data = ()
    variable = ENV_PREFIX + SETTING.upper()
    monkeypatch.delenv(f"{variable}_FILE", raising=False)
    monkeypatch.setenv(variable, f"scheme://user:a-password@{RECORD}/place")
    get_settings.cache_clear()
    with pytest.raises(SettingsError) as refusal:
        get_settings()
    get_settings.cache_clear()
    reason = "DNS has no such record of type SRV, for 0.3 s"
    assert str(refusal.value) == f"{variable}: {RECORD}: {reason}"
