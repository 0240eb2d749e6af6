"""TLS to MongoDB, which ends in front of its stand-in: what is right works, and what the README says is so."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from conftest import need
from generated import servers
from generated.owner import new
from generated.running import Running
from generated.stacks import with_uv
from generated.tls_proxy import tls_proxy
from generated.tls_servers import issue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generated.servers import Server

PASSWORD = "canary-mongodb-71aa"
STORE = """
from shop.app import app
app.conf.result_backend_always_retry = False
try:
    app.backend.store_result("an-id", "a result", "SUCCESS")
    print("stored", app.backend.get_result("an-id"))
except Exception as error:
    print(repr(error))
"""
REASONS = {
    "another name": "Hostname mismatch",
    "another authority": "unable to get local issuer certificate",
    "expired": "certificate has expired",
}

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
        """A certificate for this machine, right but for one thing."""
        target = self.project / "var" / f"{kind.replace(' ', '-')}.pem"
        issue(self.certificates, self.project / "var" / "scratch", kind, target)
        return target

    def store(self, port: int, options: str) -> str:
        """What comes of a result that is stored through a port, with these options in the URL."""
        usual = "authSource=admin&authMechanism=SCRAM-SHA-256&serverSelectionTimeoutMS=3000"
        url = f"mongodb://shop:{PASSWORD}@localhost:{port}/shop?{usual}&{options}"
        environment = {"SHOP_BROKER_URL": "memory://", "SHOP_RESULT_BACKEND_URL": url}
        return Running(self.project, "shop", environment).script(STORE)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    need("docker", "results are kept in a server")
    need("mongo", "results are kept in a server")
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: it makes the certificates")
    parts = ("--with", "tls", "--queue", "default")
    project = new(tmp_path_factory.mktemp("mongodb"), "--broker", "redis", "--backend", "mongodb", *parts)
    subprocess.run(["make", "certs"], cwd=project, env=with_uv(), check=True, capture_output=True)
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
        assert database.store(port, f"tls=true&tlsCAFile={ca}&tlsCertificateKeyFile={client}") == "stored a result\n"
        assert "stored" not in database.store(port, f"tls=true&tlsCAFile={ca}"), "who shows nothing is refused"


@pytest.mark.parametrize("kind", REASONS)
def test_a_server_that_cannot_be_trusted_is_refused_with_the_reason(database: Database, kind: str) -> None:
    with tls_proxy(database.server.address, database.shown(kind)) as port:
        said = database.store(port, f"tls=true&tlsCAFile={database.certificates / 'ca.pem'}")
    assert REASONS[kind] in said


def test_a_server_without_tls_is_refused(database: Database) -> None:
    port = int(database.server.address.rpartition(":")[2])
    assert "stored" not in database.store(port, f"tls=true&tlsCAFile={database.certificates / 'ca.pem'}")
    assert database.store(port, "tls=false") == "stored a result\n", "the control"
