"""What every test gets: a home of its own, no settings of the developer's, and a word on what is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parent.parent
SERVERS = (
    *("redis", "valkey", "rabbitmq", "postgres", "mariadb", "memcached", "mongo"),
    *("moto", "azurite", "pubsub", "gcs"),
)
_KNOWN = re.compile("|".join(["docker", "uv", r"python3\.\d+", *SERVERS]))
# Content-addressed, and safe to share: without it, each process would download and build the same wheels again.
_CACHES = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
UV_CACHE = os.environ.get("UV_CACHE_DIR") or str(_CACHES / "uv")
# The tools of this virtual environment (uv, ruff) come first, whether it is activated or not.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")


def interpreter(version: str) -> str:
    """The path of a Python of that version: this one, one on the path, or pyenv's; skips the test without one."""
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        return sys.executable
    candidates = [shutil.which(f"python{version}"), *map(str, PYENV.glob(f"versions/{version}.*/bin/python"))]
    for candidate in filter(None, candidates):
        if _succeeds(candidate, "-c", f"import sys; assert sys.version_info[:2] == ({version.replace('.', ', ')})"):
            return candidate
    if f"python{version}" in required():
        pytest.fail(f"Python {version} is required here and missing")
    pytest.skip(f"Python {version} is missing: generated projects are tried on it")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Let modules whose tests share something expensive run in one process."""
    from scheduling import ByModule

    return ByModule(config, log)


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test meets the developer's home (but for uv's cache), git configuration or answers in the environment."""
    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    for name in [name for name in os.environ if name.startswith("CELERY_SCAFFOLD_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("SCAFFOLD_SHARE", raising=False)  # of this run, not of those that a test starts
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    monkeypatch.setenv("UV_CACHE_DIR", UV_CACHE)
    # By the hash of each file: what one generated project has checked of its dependencies, the next need not.
    monkeypatch.setenv("MYPY_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "mypy"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    before = Path.cwd()
    yield
    os.chdir(before)


def pytest_configure() -> None:
    """Refuse to require what no test asks for: a misspelt word would turn nothing into a failure."""
    unknown = sorted(word for word in required() if not _KNOWN.fullmatch(word))
    if unknown:
        known = ", ".join(("docker", "uv", "python3.N", *SERVERS))
        raise pytest.UsageError(f"SCAFFOLD_REQUIRE knows no {', '.join(unknown)}, only {known}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The slow ones first, so that none of them runs alone in the end; of the parameters a share."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    chosen = _share(items, int(os.environ.get("SCAFFOLD_SHARE", "1")))
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = [item for item in items if item in chosen]


def _share(items: list[pytest.Item], share: int) -> set[pytest.Item]:
    """`SCAFFOLD_SHARE=3` runs every test, with a third of its parameters: the same third each time."""
    first = {item.nodeid.partition("[")[0]: item for item in reversed(items)}
    return {*first.values(), *(item for item in items if crc32(item.nodeid.encode()) % share == 0)}


def required() -> frozenset[str]:
    """What must not be missing here: `SCAFFOLD_REQUIRE=docker,uv,…` turns a skip into a failure."""
    return frozenset(filter(None, os.environ.get("SCAFFOLD_REQUIRE", "").split(",")))


@lru_cache
def _present(tool: str) -> bool:
    if tool == "docker":
        return shutil.which("docker") is not None and _succeeds("docker", "info")
    if tool in SERVERS:
        return _present("docker") and _has_image(_image(tool))
    return shutil.which(tool) is not None


def _image(server: str) -> str:
    """The image that generated projects run a server from."""
    service = REPOSITORY / "templates" / "_partials" / "services" / f"{server}.yaml"
    return str(re.findall(r"^    image: (\S+)$", service.read_text(), re.MULTILINE)[0])


def _has_image(name: str) -> bool:
    return _succeeds("docker", "image", "inspect", name) or _succeeds("docker", "pull", "--quiet", name)


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def need(tool: str, why: str) -> None:
    """Skip the test, with the reason, when a tool is missing; fail when it is required here."""
    if _present(tool):
        return
    if tool in required():
        pytest.fail(f"{tool} is required here and missing: {why}")
    pytest.skip(f"{tool} is missing: {why}")
