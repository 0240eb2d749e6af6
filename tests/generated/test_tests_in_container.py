"""Where Sentinel's answer leads only containers to the master, the integration tests run in one, in CI as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from generated.owner import new

if TYPE_CHECKING:
    from pathlib import Path

CI = {"github": ".github/workflows/ci.yml", "gitlab": ".gitlab-ci.yml"}
FLAGS = {
    "github": ("--set", "ci=github"),
    "gitlab": ("--set", "ci=gitlab"),
    "no containers": ("--without", "compose"),
}
PAIRS = [("redis-sentinel", "none"), ("rabbitmq", "sentinel"), ("redis-sentinel", "sentinel")]


def _project(directory: Path, broker: str, backend: str, flags: str) -> Path:
    return new(directory, "--broker", broker, "--backend", backend, *FLAGS[flags])


def _jobs(project: Path, provider: str) -> dict[str, Any]:
    loaded = yaml.safe_load((project / CI[provider]).read_text())
    return dict(loaded["jobs"] if provider == "github" else loaded)


@pytest.mark.parametrize(("broker", "backend"), PAIRS)
@pytest.mark.parametrize("provider", CI)
def test_ci_tests_in_a_container(tmp_path: Path, broker: str, backend: str, provider: str) -> None:
    project = _project(tmp_path, broker, backend, provider)
    job = _jobs(project, provider)["integration"]
    last = job["steps"][-1]["run"] if provider == "github" else job["script"][-1]
    assert last == "make test-integration"
    assert "redis" not in str(job.get("services"))
    development = yaml.safe_load((project / "compose.dev.yaml").read_text())
    tests = development["services"]["tests"]
    assert tests["profiles"] == ["tests"], "no part of the stack"
    assert tests["environment"]["SHOP_REQUIRE_BROKER"] == "1"


@pytest.mark.parametrize(("broker", "backend"), PAIRS)
def test_without_containers_ci_has_no_servers_to_test_on(tmp_path: Path, broker: str, backend: str) -> None:
    project = _project(tmp_path, broker, backend, "no containers")
    assert "integration" not in _jobs(project, "github")
    assert "pytest tests/integration" in (project / "Makefile").read_text(), "on the servers of .env"


def test_other_servers_are_beside_the_tests(tmp_path: Path) -> None:
    project = _project(tmp_path, "redis", "redis", "github")
    assert list(_jobs(project, "github")["integration"]["services"]) == ["redis"]
    assert "tests" not in yaml.safe_load((project / "compose.dev.yaml").read_text())["services"]
