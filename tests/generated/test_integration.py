"""The integration suite of a generated project passes on real servers, through its own `make` target.

All of it for a broker; for each further backend those of its modules that ask it for results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from generated.owner import choose_free_ports, new
from generated.pairs import SUITES, THIS_RUN, WHOLE_SUITES, need_servers
from generated.stacks import Stack

if TYPE_CHECKING:
    from pathlib import Path

OF_RESULTS = {"test_results", "test_workflows"}

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
    whole = (broker, backend) in WHOLE_SUITES
    chosen = "" if whole else f" -k '{' or '.join(sorted(OF_RESULTS))}'"
    monkeypatch.setenv("PYTEST_ADDOPTS", f"--junitxml=report.xml --durations=10{chosen}")
    try:
        servers.checked("make", "test-integration", seconds=900)
    finally:
        servers.down()
    cases = list(ET.parse(report).iter("testcase"))  # noqa: S314  pytest wrote it
    assert [case.attrib["name"] for case in cases if len(case) > 0] == [], "failed, or skipped"
    modules = {path.stem for path in (servers.directory / "tests" / "integration").glob("test_*.py")}
    wanted = modules if whole else modules & OF_RESULTS
    assert {case.attrib["classname"].rpartition(".")[2] for case in cases} == wanted != set()
