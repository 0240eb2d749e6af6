"""What the tests of results over TLS have in common: a project with certificates, and a result that is stored."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from generated.owner import new
from generated.running import Running
from generated.stacks import with_uv
from generated.tls_servers import issue

if TYPE_CHECKING:
    from pathlib import Path

STORE = """
from shop.app import app
app.conf.result_backend_always_retry = False
app.conf.result_backend_max_retries = 0
try:
    app.backend.store_result("an-id", "a result", "SUCCESS")
    print("stored", app.backend.get_result("an-id"))
except Exception as error:
    print(repr(error))
"""
STORED = "stored a result\n"
# What is wrong with a certificate, and what OpenSSL says of it.
REASONS = {
    "another name": "Hostname mismatch",
    "another authority": "unable to get local issuer certificate",
    "expired": "certificate has expired",
}


def project_with_certificates(directory: Path, backend: str) -> Path:
    """A new project with these results, and what `make certs` makes in `var/certs`; skips the test without openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: it makes the certificates")
    project = new(directory, "--broker", "redis", "--backend", backend, "--with", "tls", "--queue", "default")
    subprocess.run(["make", "certs"], cwd=project, env=with_uv(), check=True, capture_output=True)
    return project


def show(project: Path, kind: str, target: Path) -> None:
    """Write a certificate for this machine, right but for one thing, and its key beside it."""
    issue(project / "var" / "certs", project / "var" / "scratch", kind, target)


def store(project: Path, url: str) -> str:
    """What comes of a result that is stored there: `STORED`, or the error."""
    environment = {"SHOP_BROKER_URL": "memory://", "SHOP_RESULT_BACKEND_URL": url}
    return Running(project, "shop", environment).script(STORE)
