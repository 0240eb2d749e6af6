"""Names that YAML takes for something else, such as `no` and `null`, are names in every file of a generated project."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from celery_scaffold import workflows
from celery_scaffold.answers import from_flags

from conftest import need

if TYPE_CHECKING:
    from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MISREAD = ("true", "false", "null", "no", "off", "on", "yes", "nan", "inf", "e1", "nil")
PAIRS = (("redis", "redis"), ("rabbitmq", "postgresql"))
# Names that no format knows, and that are in no text of ours.
PLAIN_PROJECT, PLAIN_QUEUE = "zzzproject", "zzzqueue"
# It holds a digest of the others.
RECORD = "record.toml"
DATA_FILES = ("*.yaml", "*.yml", "*.toml")

each_misread_name = pytest.mark.parametrize("name", MISREAD)
each_pair = pytest.mark.parametrize(("broker", "backend"), PAIRS)


@each_pair
@each_misread_name
@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_a_name_that_yaml_could_misread_is_read_as_any_other(
    name: str, broker: str, backend: str, ci: str, tmp_path: Path
) -> None:
    plain = _new(tmp_path, PLAIN_PROJECT, PLAIN_QUEUE, broker=broker, backend=backend, ci=ci)
    misread = _new(tmp_path, name, name, broker=broker, backend=backend, ci=ci)
    paths = [path for pattern in DATA_FILES for path in plain.rglob(pattern) if path.name != RECORD]
    assert {"compose.yaml", "compose.dev.yaml", "pyproject.toml", "celery-scaffold.toml"} < {
        path.name for path in paths
    }
    for path in paths:
        twin = misread / path.relative_to(plain)
        assert _parsed(twin) == _renamed(_parsed(path), name), path.name


@pytest.mark.docker
@each_pair
@each_misread_name
def test_docker_compose_accepts_a_name_that_yaml_could_misread(
    name: str, broker: str, backend: str, tmp_path: Path
) -> None:
    need("docker", "its compose reads compose.yaml")
    project = _new(tmp_path, name, name, broker=broker, backend=backend, ci="github")
    (project / ".env").write_bytes((project / ".env.example").read_bytes().replace(b"PASSWORD=\n", b"PASSWORD=x\n"))
    command = ["docker", "compose", "-f", "compose.yaml", "-f", "compose.dev.yaml", "config"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = yaml.safe_load(done.stdout)
    assert (found["name"], f"worker-{name}" in found["services"]) == (name, True)


def _new(directory: Path, name: str, queue: str, **flags: str) -> Path:
    answers = from_flags({"name": name, "queues": (queue,), "preset": "full", **flags}, [])
    workflows.new(answers, directory, with_git=False)
    return directory / name


def _parsed(path: Path) -> Any:
    text = path.read_text()
    return tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)


def _renamed(value: Any, name: str) -> Any:
    """A copy with the misread name wherever one of the plain ones is, in any case of letters."""
    if isinstance(value, dict):
        return {_renamed(key, name): _renamed(item, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, name) for item in value]
    if isinstance(value, str):
        for plain in (PLAIN_PROJECT, PLAIN_QUEUE):
            value = value.replace(plain, name).replace(plain.upper(), name.upper())
    return value
