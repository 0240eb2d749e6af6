"""TLS to MongoDB, which ends in front of its stand-in: what is right works, and what the README says is so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from conftest import need
from generated import servers
from generated.tls_proxy import tls_proxy
from generated.tls_results import REASONS, STORED, project_with_certificates, show, store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generated.servers import Server

PASSWORD = "canary-mongodb-71aa"

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@dataclass(frozen=True)
class Database:
    """A server without TLS, the project that keeps its results there, and what is shown in front of it."""

    server: Server
    project: Path

    @property
    def certificates(self) -> Path:
        """Those of `make certs`."""
        return self.project / "var" / "certs"

    def shown(self, kind: str) -> Path:
        """A certificate, right but for one thing."""
        target = self.project / "var" / f"{kind.replace(' ', '-')}.pem"
        show(self.project, kind, target)
        return target

    def store(self, port: int, options: str) -> str:
        """What comes of a result that is stored through a port, with these options in the URL."""
        usual = "authSource=admin&authMechanism=SCRAM-SHA-256&serverSelectionTimeoutMS=3000"
        return store(self.project, f"mongodb://shop:{PASSWORD}@localhost:{port}/shop?{usual}&{options}")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    need("docker", "results are kept in a server")
    need("mongo", "results are kept in a server")
    project = project_with_certificates(tmp_path_factory.mktemp("mongodb"), "mongodb")
    server = servers.mongo("shop", PASSWORD)
    try:
        server.start()
        yield Database(server, project)
    finally:
        server.remove()


def test_a_result_goes_over_tls_with_a_certificate_of_the_client(database: Database) -> None:
    ca, client = database.certificates / "ca.pem", database.project / "var" / "client.pem"
    parts = [database.certificates / name for name in ("client.pem", "client.key")]
    client.write_text("".join(part.read_text() for part in parts))
    with tls_proxy(database.server.address, database.shown("good"), ca) as port:
        assert database.store(port, f"tls=true&tlsCAFile={ca}&tlsCertificateKeyFile={client}") == STORED
        assert STORED not in database.store(port, f"tls=true&tlsCAFile={ca}"), "who shows nothing is refused"


@pytest.mark.parametrize("kind", REASONS)
def test_a_server_that_cannot_be_trusted_is_refused_with_the_reason(database: Database, kind: str) -> None:
    with tls_proxy(database.server.address, database.shown(kind)) as port:
        assert REASONS[kind] in database.store(port, f"tls=true&tlsCAFile={database.certificates / 'ca.pem'}")


def test_a_server_without_tls_is_refused(database: Database) -> None:
    port = int(database.server.address.rpartition(":")[2])
    assert STORED not in database.store(port, f"tls=true&tlsCAFile={database.certificates / 'ca.pem'}")
    assert database.store(port, "tls=false") == STORED, "the control"
