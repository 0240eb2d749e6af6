"""Projects of older versions, updated to this one's templates and to other answers."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from celery_scaffold import answers as said
from celery_scaffold import workflows

from old_projects import RELEASES, Release, unpacked
from trees import files_of
from update.owners_edits import edit
from update.projects import Project

if TYPE_CHECKING:
    from pathlib import Path

CHANGES: dict[str, tuple[str, ...]] = {
    "the templates": (),
    "a number": ("--set", "max_attempts=7"),
    "the timezone": ("--set", "timezone=Europe/Berlin"),
    "the backend": ("--backend", "redis"),
    "the broker": ("--broker", "redis"),
    "the preset": ("--preset", "full"),
}
WORKFLOW = ".github/workflows/ci.yml"
STANDARD = next(release for release in RELEASES if release.name == "standard-rabbitmq")
every_release = pytest.mark.parametrize("release", RELEASES, ids=str)
every_change = pytest.mark.parametrize("what", CHANGES)


@pytest.fixture
def old(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """The standard project of the oldest release."""
    return Project(unpacked(STANDARD, tmp_path / "old"), lambda _: None, capsys)


def fresh(project: Project, parent: Path) -> Path:
    """A new project of this version with the answers that a project has now."""
    parent.mkdir()
    table = said.toml_of(project.root / "celery-scaffold.toml")
    return workflows.new(said.from_table(table, "celery-scaffold.toml"), parent, with_git=False).target


def package(project: Project) -> str:
    return project.root.name.replace("-", "_")


@every_release
def test_an_unedited_project_becomes_what_this_version_renders(
    release: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project(unpacked(release, tmp_path / "old"), lambda _: None, capsys)
    project.commit()
    report = project.update()
    assert (report.code, report.facts["from_version"]) == (0, release.version)
    assert files_of(project.root) == files_of(fresh(project, tmp_path / "fresh"))
    assert project.run("check")[0] == 0


@pytest.mark.parametrize("what", ["the broker", "the preset"])
def test_an_unedited_project_becomes_what_other_answers_render(what: str, old: Project, tmp_path: Path) -> None:
    assert old.update(*CHANGES[what]).code == 0
    assert files_of(old.root) == files_of(fresh(old, tmp_path / "fresh"))


@every_change
def test_an_edited_project_becomes_the_new_one_with_the_same_edits(what: str, old: Project, tmp_path: Path) -> None:
    edit(old.root, package(old))
    report = old.update(*CHANGES[what])
    expected = fresh(old, tmp_path / "fresh")
    edit(expected, package(old))
    assert files_of(old.root) == files_of(expected)
    assert (report.code, report.facts["conflicts"]) == (0, [])


def test_an_edited_file_of_a_component_that_is_switched_off_is_kept(old: Project) -> None:
    edit(old.root, package(old))
    workflow = (old.root / WORKFLOW).read_bytes()
    report = old.update("--set", "without=ci")
    assert (WORKFLOW, "kept", "no longer in the template; you edited it") in report.told
    assert (old.root / WORKFLOW).read_bytes() == workflow


def test_answers_that_were_edited_by_hand_are_applied(old: Project, tmp_path: Path) -> None:
    answers = old.root / "celery-scaffold.toml"
    edited = f"# ours\n{answers.read_text()}\n[queues.reports] # monthly\nmax_task_seconds = 600\n"
    answers.write_text(edited)
    assert old.run("check")[0] == 2
    assert old.update().code == 0
    # A newer version may have asked more.
    now = iter(answers.read_text().splitlines())
    assert [line for line in edited.splitlines() if line not in now] == [], "each is there, in their order"
    assert {**files_of(old.root), answers.name: b""} == {**files_of(fresh(old, tmp_path / "fresh")), answers.name: b""}
    assert old.run("check")[0] == 0


def test_a_project_with_crlf_is_updated_and_keeps_it(old: Project, tmp_path: Path) -> None:
    for path in rendered(old):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    existed = {path.relative_to(old.root).as_posix() for path in rendered(old)}
    assert old.update("--set", "max_attempts=7", "--preset", "full").code == 0
    found, expected = files_of(old.root), files_of(fresh(old, tmp_path / "fresh"))
    crlf = {path: text.replace(b"\n", b"\r\n") if path in existed else text for path, text in expected.items()}
    assert found == crlf


def rendered(project: Project) -> list[Path]:
    """The files of the project, without the record."""
    return [path for path in project.root.rglob("*") if path.is_file() and ".celery-scaffold" not in path.parts]


def reformat(root: Path) -> None:
    """Another line length, as a team would choose one."""
    pyproject = root / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("line-length = 100", "line-length = 79"))
    subprocess.run(["ruff", "format", "--quiet", "--no-cache", "."], cwd=root, check=True)


def test_a_project_that_was_reformatted_as_a_whole_loses_nothing(old: Project, tmp_path: Path) -> None:
    reformat(old.root)
    mine = files_of(old.root)
    conflicts = old.update("--set", "max_attempts=7").facts["conflicts"]
    expected = fresh(old, tmp_path / "fresh")
    reformat(expected)
    marked = {path: (old.root / path).read_text() for path in conflicts}
    for path, text in marked.items():
        assert "<<<<<<< your project\n" in text
        (old.root / path).write_text(settled(text))
    reformat(old.root)
    merged = {path: content for path, content in files_of(old.root).items() if "celery-scaffold" not in path}
    assert merged == {path: content for path, content in files_of(expected).items() if "celery-scaffold" not in path}
    for path, text in marked.items():
        (old.root / path).write_text(text)
    assert old.run("update", "--abort")[0] == 0
    assert {path: content for path, content in files_of(old.root).items() if "/aborted-" not in path} == mine


def settled(text: str) -> str:
    """A text with conflicts in which the new template's side is taken everywhere."""
    return re.sub(r"<<<<<<< .*?^=======\n(.*?)^>>>>>>> .*?\n", r"\1", text, flags=re.DOTALL | re.MULTILINE)
