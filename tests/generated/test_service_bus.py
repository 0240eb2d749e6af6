"""A project on Azure Service Bus, with Azure's own client library, on a stand-in for the service."""

from __future__ import annotations

import os
import random
import socket
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from conftest import REPOSITORY, need
from generated.owner import new
from generated.pairs import only_with_every
from generated.stacks import wait_for, with_uv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROTON = "python-qpid-proton==0.40.0"

pytestmark = pytest.mark.slow


@pytest.fixture
def namespace(tmp_path: Path) -> Iterator[str]:
    """The URL of a stand-in, at an address of this test: its ports are those of Azure's emulator."""
    only_with_every("it builds Qpid Proton, which takes a compiler")
    need("uv", "it brings Qpid Proton, and installs the project")
    host = f"127.{random.randrange(1, 255)}.{random.randrange(255)}.{random.randrange(1, 255)}"  # noqa: S311
    command = ["uv", "run", "--no-project", "--with", PROTON, "python", "-m", "service_bus", host]
    with (tmp_path / "stand-in.log").open("w") as log:
        stand_in = subprocess.Popen(
            command, cwd=REPOSITORY / "tests", env=with_uv(), stdout=log, stderr=subprocess.STDOUT
        )
    try:
        wait_for(lambda: _answers(host), 120, "the stand-in answers", (tmp_path / "stand-in.log").read_text)
        yield f"azureservicebus://RootManageSharedAccessKey:SAS_KEY_VALUE@{host}:5672"
        assert stand_in.poll() is None, (tmp_path / "stand-in.log").read_text()
    finally:
        stand_in.terminate()
        stand_in.wait(10)


def _answers(host: str) -> bool:
    with suppress(OSError):
        socket.create_connection((host, 5672), timeout=1).close()
        return True
    return False


def test_every_integration_test_runs_and_passes_on_the_stand_in(tmp_path: Path, namespace: str) -> None:
    project = new(tmp_path, "--broker", "azureservicebus", "--backend", "none")
    environment = {
        **with_uv(),
        "SHOP_TEST_BROKER_URL": namespace,
        "PYTEST_ADDOPTS": "--junitxml=report.xml --durations=10",
    }
    done = subprocess.run(
        ["make", "test-integration"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    cases = list(ET.parse(project / "report.xml").iter("testcase"))  # noqa: S314  pytest wrote it
    assert [case.attrib["name"] for case in cases if len(case) > 0] == [], "failed, or skipped"
    modules = {path.stem for path in (project / "tests" / "integration").glob("test_*.py")}
    assert {case.attrib["classname"].rpartition(".")[2] for case in cases} == modules != set()


def test_without_a_namespace_the_integration_tests_say_what_is_missing(tmp_path: Path) -> None:
    need("uv", "generated projects are installed with uv")
    project = new(tmp_path, "--broker", "azureservicebus", "--backend", "none", "--queue", "default")
    command = ["uv", "run", "pytest", "tests/integration", "-q"]
    environment = {**with_uv(), "SHOP_BROKER_URL": "azureservicebus://DefaultAzureCredential@shop"}
    done = subprocess.run(
        command, cwd=project, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "set SHOP_TEST_BROKER_URL to a namespace for the tests" in done.stdout
    assert "passed" not in done.stdout
