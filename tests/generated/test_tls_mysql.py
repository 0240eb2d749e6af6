"""TLS to a real MariaDB: what is right works, and what the README says of `ssl_ca` is so."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from conftest import need
from generated import servers
from generated.tls_results import REASONS, STORED, project_with_certificates, show, store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generated.servers import Server

PASSWORD = "canary-mariadb-71aa"

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@dataclass(frozen=True)
class Database:
    """A MariaDB that takes TLS only, the project that keeps its results there, and the certificates that it shows."""

    server: Server
    project: Path
    shown: Path

    def lay_out(self, kind: str) -> None:
        """Put a certificate where the server reads it."""
        show(self.project, kind, self.shown / "server")
        for file in self.shown.iterdir():
            file.chmod(0o644)  # For the user of the container.

    def show(self, kind: str) -> None:
        """Have the server take a certificate while it runs."""
        self.lay_out(kind)
        self.server.run("mariadb", "--skip-ssl", "-uroot", f"-p{PASSWORD}", "-e", "FLUSH SSL")

    def store(self, query: str) -> str:
        """What comes of a result that is stored with this in the URL."""
        port = self.server.address.rpartition(":")[2]
        return store(self.project, f"db+mysql+pymysql://shop:{PASSWORD}@localhost:{port}/shop{query}")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    need("docker", "results are kept in a real server")
    need("mariadb", "results are kept in a real server")
    directory = tmp_path_factory.mktemp("mysql")
    project = project_with_certificates(directory, "mysql")
    shown = directory / "shown"
    shown.mkdir()
    shutil.copy(project / "var" / "certs" / "ca.pem", shown)
    made = Database(servers.mariadb("shop", PASSWORD, shown), project, shown)
    made.lay_out("good")
    try:
        made.server.start()
        yield made
    finally:
        made.server.remove()


def test_a_result_goes_over_tls(database: Database) -> None:
    assert database.store(f"?ssl_ca={database.shown}/ca.pem") == STORED
    assert "secure transport" in database.store("?ssl_disabled=true"), "the server takes nothing else"


@pytest.mark.parametrize("kind", REASONS)
def test_a_server_that_cannot_be_trusted_is_refused_with_the_reason(database: Database, kind: str) -> None:
    trusted = f"?ssl_ca={database.shown}/ca.pem"
    database.show(kind)
    try:
        assert REASONS[kind] in database.store(trusted)
        assert database.store("") == STORED, "the control: without ssl_ca nobody looks"
    finally:
        database.show("good")
    assert database.store(trusted) == STORED, "and all is well again"
