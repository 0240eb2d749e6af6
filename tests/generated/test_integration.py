"""The integration suite of a generated project passes on real servers: all of it, through its own `make` target."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from generated.owner import choose_free_ports, new
from generated.pairs import SUITES, THIS_RUN, need_servers
from generated.stacks import Stack

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@pytest.mark.parametrize(("broker", "backend"), SUITES)
def test_every_integration_test_runs_and_passes_on_real_servers(
    broker: str, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_servers(broker, backend)
    # The Makefile names the servers of the tests after the project.
    name = f"shop-{broker}-{backend}-{THIS_RUN}"
    project = new(tmp_path, "--broker", broker, "--backend", backend, name=name)
    servers = Stack(project, f"{name}-tests")
    choose_free_ports(servers.directory)
    # In the project, since the tests of some run in a container that sees nothing else.
    report = servers.directory / "report.xml"
    monkeypatch.setenv("PYTEST_ADDOPTS", "--junitxml=report.xml --durations=10")
    try:
        servers.checked("make", "test-integration", seconds=900)
    finally:
        servers.down()
    cases = list(ET.parse(report).iter("testcase"))  # noqa: S314  pytest wrote it
    assert [case.attrib["name"] for case in cases if len(case) > 0] == [], "failed, or skipped"
    modules = {path.stem for path in (servers.directory / "tests" / "integration").glob("test_*.py")}
    assert {case.attrib["classname"].rpartition(".")[2] for case in cases} == modules != set()
