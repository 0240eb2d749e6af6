"""A canary in `.env` and in the environment is never written anywhere, nor said: not even by a run that crashed."""

from __future__ import annotations

import os
import signal
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from celery_scaffold.__main__ import main
from celery_scaffold.errors import BUG, DONE, FINDINGS

from update.canaries import CANARY, ENVIRONMENT, places, with_secrets
from update.disk import git
from update.killed import UPDATE, Command, Here, copy, made

# Its own places: what the owner calls their environments.
PRIVATE = (".env", ".env.production", "deploy/.env.staging")
# Of a run, evenly spaced, at which it is killed.
POINTS = 8


@dataclass(frozen=True)
class Guarded:
    """A project with canaries; all that a command could write is below one directory.

    Attributes:
        project: in git or not, with edits that lead to a conflict.
        secrets: the contents of its private files.
    """

    project: Path
    secrets: dict[str, bytes]

    def assert_untold(self, said: str) -> None:
        """The canary is in the owner's private files, as it was, and nowhere else."""
        assert CANARY.decode() not in said
        assert places(self.project.parent) == {f"{self.project.name}/{path}" for path in PRIVATE}
        assert {path: (self.project / path).read_bytes() for path in PRIVATE} == self.secrets
        with zipfile.ZipFile(self.project / ".celery-scaffold/base.zip") as base:
            assert not {*PRIVATE} & {*base.namelist()}


@pytest.fixture(scope="module", params=["in git", "outside git"])
def original(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Guarded:
    """Its `.env.example` is gone: what is like it must not be taken for it."""
    place = tmp_path_factory.mktemp("original") / "made"
    place.mkdir()
    project = made(place, conflict=True)
    secret = with_secrets((project / ".env.example").read_bytes())
    for path in PRIVATE:
        (project / path).write_bytes(secret)
    (project / ".env.example").unlink()
    if request.param == "outside git":
        git(project, "status")
        (project / ".git").rename(place.parent / "not-git")
    return Guarded(project, dict.fromkeys(PRIVATE, secret))


@pytest.fixture
def guarded(original: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Guarded:
    """A copy of its own, with the home directory and the temporary files beside it, and secrets in the environment."""
    project = _copied(original.project, tmp_path / "it")
    (project.parent / "home").mkdir()
    monkeypatch.setenv("HOME", str(project.parent / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.parent / "home/.cache"))
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return Guarded(project, original.secrets)


def _copied(project: Path, place: Path) -> Path:
    if (project / ".git").exists():
        return copy(project, place)
    from update.disk import copied

    return copied(project.parent, place) / project.name


@pytest.mark.parametrize(
    "commands",
    [
        [("check",), ("check", "--json"), ("diff",), ("update", "--dry-run")],
        [(*UPDATE, "--dry-run", "--json"), (*UPDATE, "--json"), ("check",), ("update", "--continue")],
        [UPDATE, ("diff",), ("update", "--abort", "--json"), ("check",)],
        [("add", "queue", "reports"), ("remove", "queue", "reports"), ("update", "--set", "ci=gitlab")],
    ],
    ids=["asked", "told to programs", "undone", "added and removed"],
)
def test_no_command_tells_a_secret(commands: list[tuple[str, ...]], guarded: Guarded) -> None:
    for command in commands:
        ended = Command(guarded.project, guarded.project).run(*command)
        assert "Traceback" not in ended.errors
        guarded.assert_untold(ended.said + ended.errors)
    assert os.listdir(guarded.project.parent / "tmp") == []


@pytest.mark.slow
def test_what_a_killed_run_leaves_holds_no_secret(original: Guarded, guarded: Guarded, tmp_path: Path) -> None:
    """Nothing is removed by it: temporary files, repositories of the merge, the journal."""
    counted = Command(guarded.project, guarded.project.parent).run(*UPDATE)
    assert counted.code == FINDINGS, counted.errors
    left = set()
    for point in range(1, POINTS + 1):
        project = _copied(original.project, tmp_path / f"killed-{point}")
        event = counted.events * point // (POINTS + 1)
        ended = Command(project, project.parent).run(*UPDATE, at=event)
        assert ended.code == -signal.SIGKILL
        left |= {path.name for path in (project.parent / "tmp").rglob("*")}
        Guarded(project, original.secrets).assert_untold(ended.said + ended.errors)
    assert {"template", "rendered", "merge"} <= left, "it was killed where there is something to be found"


def _crash(*_: object, **__: object) -> None:
    raise RuntimeError("a bug")


@pytest.mark.parametrize(
    "crashing", ["git.merge_all", "git.listed", "git.subprocess.run", "regenerate.merge", "journal_swap.place"]
)
def test_the_log_of_a_bug_holds_no_secret(
    crashing: str, guarded: Guarded, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(guarded.project.parent / "tmp"))
    monkeypatch.setattr(f"celery_scaffold.{crashing}", _crash)
    code, said = Here(guarded.project, monkeypatch, capsys).run(*UPDATE)
    assert code == BUG, said
    (log,) = (guarded.project.parent / "tmp").glob("celery-scaffold-*.log")
    assert "RuntimeError: a bug" in log.read_text()
    monkeypatch.undo()
    guarded.assert_untold(said)


def test_the_search_finds_a_secret_wherever_it_is(tmp_path: Path) -> None:
    for kind, plant in _PLANTED.items():
        (tmp_path / kind).mkdir()
        assert places(tmp_path / kind) == set()
        plant(tmp_path / kind)
        assert places(tmp_path / kind) != set(), kind


def _plant_object(root: Path, *, packed: bool) -> None:
    git(root, "init", "--quiet")
    (root / "file").write_bytes(CANARY * 50)
    git(root, "add", "file")
    git(root, "commit", "--quiet", "--message", "one")
    (root / "file").unlink()
    if packed:
        git(root, "gc", "--quiet")
        assert list(root.glob(".git/objects/pack/*.pack"))


def _plant_base(root: Path) -> None:
    with zipfile.ZipFile(root / "base.zip", "w", zipfile.ZIP_STORED) as base:
        base.writestr("file", CANARY)


_PLANTED: dict[str, Callable[[Path], object]] = {
    "text": lambda root: (root / "log").write_bytes(b"x\n" + CANARY),
    "name": lambda root: (root / CANARY.decode()).mkdir(),
    "link": lambda root: (root / "link").symlink_to(CANARY.decode()),
    "base": _plant_base,
    "loose object": lambda root: _plant_object(root, packed=False),
    "packed object": lambda root: _plant_object(root, packed=True),
}


def test_a_new_project_records_nothing_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert main(["new", "shop", "--yes", "--output-dir", str(tmp_path)]) == DONE
    assert places(tmp_path) == set()
