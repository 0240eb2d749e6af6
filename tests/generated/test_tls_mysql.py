"""TLS to a real MariaDB: what is right works, and what the README says of `ssl_ca` is so."""

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
from generated.tls_servers import issue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generated.servers import Server

PASSWORD = "canary-mariadb-71aa"
STORE = """
from shop.app import app
app.conf.result_backend_max_retries = 0
try:
    app.backend.store_result("an-id", "a result", "SUCCESS")
    print("stored", app.backend.get_result("an-id"))
except Exception as error:
    print(repr(error))
"""
REASONS = {
    "another name": "Hostname mismatch|IP address mismatch|hostname",
    "another authority": "unable to get local issuer certificate",
    "expired": "certificate has expired",
}

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@dataclass(frozen=True)
class Database:
    """A MariaDB that takes TLS only, the project that keeps its results there, and who signs certificates."""

    server: Server
    project: Path
    shown: Path

    def show(self, kind: str) -> None:
        """Give it a certificate."""
        issue(self.project / "var" / "certs", self.project / "var" / "scratch", kind, self.shown / "server")
        for file in self.shown.iterdir():
            file.chmod(0o644)  # For the user of the container.
        self.server.run("mariadb", "--skip-ssl", "-uroot", f"-p{PASSWORD}", "-e", "FLUSH SSL")

    def store(self, query: str) -> str:
        """What comes of a result that is stored with this in the URL."""
        port = self.server.address.rpartition(":")[2]
        url = f"db+mysql+pymysql://shop:{PASSWORD}@localhost:{port}/shop{query}"
        environment = {"SHOP_BROKER_URL": "memory://", "SHOP_RESULT_BACKEND_URL": url}
        return Running(self.project, "shop", environment).script(STORE)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    need("docker", "results are kept in a real server")
    need("mariadb", "results are kept in a real server")
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: it makes the certificates")
    directory = tmp_path_factory.mktemp("mysql")
    parts = ("--with", "tls", "--queue", "default")
    project = new(directory, "--broker", "redis", "--backend", "mysql", *parts)
    subprocess.run(["make", "certs"], cwd=project, env=with_uv(), check=True, capture_output=True)
    shown = directory / "shown"
    shown.mkdir()
    certificates = project / "var" / "certs"
    shutil.copy(certificates / "ca.pem", shown)
    server = servers.mariadb("shop", PASSWORD, shown)
    made = Database(server, project, shown)
    issue(certificates, project / "var" / "scratch", "good", shown / "server")
    for file in shown.iterdir():
        file.chmod(0o644)
    try:
        server.start()
        yield made
    finally:
        server.remove()


def test_a_result_goes_over_tls(database: Database) -> None:
    assert database.store(f"?ssl_ca={database.shown}/ca.pem") == "stored a result\n"
    assert "secure transport" in database.store("?ssl_disabled=true"), "the server takes nothing else"


@pytest.mark.parametrize("kind", REASONS)
def test_a_server_that_cannot_be_trusted_is_refused_with_the_reason(database: Database, kind: str) -> None:
    trusted = f"?ssl_ca={database.shown}/ca.pem"
    database.show(kind)
    try:
        said = database.store(trusted)
        assert any(reason in said for reason in REASONS[kind].split("|")), said
        assert database.store("") == "stored a result\n", "the control: without ssl_ca nobody looks"
    finally:
        database.show("good")
    assert database.store(trusted) == "stored a result\n", "and all is well again"
