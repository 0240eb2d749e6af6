"""What is timed of keeping a project up to date: `update` and `check` beside copier's and cruft's.

The project is the one that release 0.1.0 made, with a few lines of its owner's. The rivals' template makes what this
version makes; its first version makes what 0.1.0 made, file by file, so that all three have the same to do. No hook is
run, since ours runs none in an update. `check` is timed on the updated project, where all three find nothing to do.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cases.adapters import force_commit, git_repository
from cases.case import commit, git, write
from cases.tools import installed
from measuring.creating import COPIER, JINJA
from measuring.timing import Comparison, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CRUFT = "cruft>=2.16,<3"
RELEASE = Path(__file__).resolve().parent.parent / "releases" / "0.1.0" / "standard-rabbitmq"
SLUG = "standard-rabbitmq"
FILES = "{{cookiecutter.project_slug}}"
RECORDS = (".celery-scaffold", ".copier-answers.yml", ".cruft.json", ".git")
# Where the owner adds a line; the template changes the first of them as well.
EDITED = ("README.md", "Makefile", "compose.yaml")

COMPARISONS = (
    Comparison("update", "copier update", 0.25),
    Comparison("update", "cruft update", 0.5),
    Comparison("check", "cruft check", 0.5),
    Comparison("check", "copier check-update"),
)


Timed = tuple[tuple[str, tuple[str, ...]], tuple[str, tuple[str, ...]]]


class Tool(Protocol):
    """One of the three."""

    @property
    def timed(self) -> Timed:
        """How the table calls the update and the check, and what is run."""

    def create(self, folder: Path, versions: Versions) -> Path:
        """The project of the first version, below `folder`; the second one is there to update to."""


@dataclass(frozen=True)
class Versions:
    """What the rivals' templates are made of.

    Attributes:
        template: a cookiecutter template of what this version makes, without hooks and our record.
        old: the files that the release made.
        new: those that this version makes.
        environment: of the tools.
    """

    template: Path
    old: Mapping[str, bytes]
    new: Mapping[str, bytes]
    environment: Mapping[str, str]

    def go_back(self, folder: Path) -> None:
        """Make a template's files give what the release made: what differs is text that is not rendered."""
        for path in self.old.keys() | self.new.keys():
            if self.old.get(path) == self.new.get(path):
                continue
            (folder / path).unlink(missing_ok=True)
            if path in self.old:
                write(folder, path, b"{% raw %}" + self.old[path] + b"{% endraw %}")

    def go_forward(self, folder: Path) -> None:
        """The opposite."""
        for path in self.old.keys() - self.new.keys():
            (folder / path).unlink()
        shutil.copytree(self.template / FILES, folder, dirs_exist_ok=True)

    def run(self, command: Sequence[str | Path], folder: Path) -> None:
        """Run a command that must succeed."""
        done = subprocess.run(command, cwd=folder, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(
                f"{' '.join(map(str, command))} exited with {done.returncode}:\n{done.stdout}{done.stderr}"
            )


def subjects(work: Path, environment: Mapping[str, str]) -> list[Subject]:
    """All that is timed, prepared below `work`.

    Raises:
        SystemExit: the tools did not come to the same project, so that a comparison would say nothing.
    """
    versions = _versions(work, environment)
    found: list[Subject] = []
    trees = []
    tools: tuple[Tool, ...] = (_Own(), _Copier(), _Cruft())
    for number, tool in enumerate(tools):
        folder = work / f"update-{number}"
        outdated, current = tool.create(folder / "made", versions), folder / "current"
        _check_same(versions.old, files(outdated), f"the first version of {tool.timed[0][0]}")
        _edit(outdated)
        shutil.copytree(outdated, current, symlinks=True)
        versions.run(tool.timed[0][1], current)
        commit(current, "the update")
        trees.append(files(current))
        _check_same(trees[0], trees[-1], f"the project after {tool.timed[0][0]}")
        for (name, command), pristine in zip(tool.timed, (outdated, current), strict=True):
            project = folder / name.replace(" ", "-") / SLUG
            project.parent.mkdir()
            found.append(Subject(name, command, pristine=pristine, project=project))
    return found


def files(project: Path) -> dict[str, bytes]:
    """Path → content, without what each tool keeps for itself."""
    paths = (path.relative_to(project) for path in sorted(project.rglob("*")) if path.is_file())
    return {path.as_posix(): (project / path).read_bytes() for path in paths if path.parts[0] not in RECORDS}


def _check_same(expected: Mapping[str, bytes], found: Mapping[str, bytes], what: str) -> None:
    differing = sorted({path for path, _ in expected.items() ^ found.items()})
    if differing:
        raise SystemExit(f"{what} has other files than ours: {', '.join(differing[:5])}")


def _edit(project: Path) -> None:
    git_repository(project)
    commit(project, "made by the first version")
    for path in EDITED:
        write(project, path, (project / path).read_bytes() + b"\n# a line of the owner's\n")
    commit(project, "the owner's work")


# --- the three -----------------------------------------------------------------------------------------


class _Own:
    def __init__(self) -> None:
        tool = str(Path(sys.executable).parent / "celery-scaffold")
        self.timed: Timed = (("update", (tool, "update")), ("check", (tool, "check")))

    def create(self, folder: Path, versions: Versions) -> Path:
        del versions  # it brings its own
        return _release(folder / SLUG)


class _Copier:
    def __init__(self) -> None:
        self.copier = str(installed(COPIER) / "copier")
        self.timed: Timed = (
            ("copier update", (self.copier, "update", "--defaults", "--trust")),
            ("copier check-update", (self.copier, "check-update")),
        )

    def create(self, folder: Path, versions: Versions) -> Path:
        template, project = folder / "template", folder / SLUG
        git_repository(template)
        _copier_template(template, versions.template)
        versions.go_back(template / "project")
        force_commit(template, "1.0.0")
        git(template, "tag", "1.0.0")
        versions.run([self.copier, "copy", "--defaults", template, project], folder)
        versions.go_forward(template / "project")
        force_commit(template, "2.0.0")
        git(template, "tag", "2.0.0")
        return project


class _Cruft:
    def __init__(self) -> None:
        self.cruft = str(installed(CRUFT) / "cruft")
        self.timed: Timed = (
            ("cruft update", (self.cruft, "update", "-y")),
            ("cruft check", (self.cruft, "check")),
        )

    def create(self, folder: Path, versions: Versions) -> Path:
        template = folder / "template"
        shutil.copytree(versions.template, template)
        git_repository(template)
        versions.go_back(template / FILES)
        force_commit(template, "1.0.0")
        versions.run([self.cruft, "create", "--no-input", "--output-dir", folder, template], folder)
        versions.go_forward(template / FILES)
        force_commit(template, "2.0.0")
        return folder / SLUG


def _copier_template(template: Path, exported: Path) -> None:
    context = json.loads((exported / "cookiecutter.json").read_text(encoding="utf-8"))
    shutil.copytree(exported / FILES, template / "project")
    shutil.copytree(exported / "templates", template, dirs_exist_ok=True)
    settings = {
        "_subdirectory": "project",
        "_templates_suffix": "",
        "_envops": JINJA,
        "cookiecutter": {"type": "yaml", "default": json.dumps(context), "when": False},
    }
    write(template, "copier.yml", json.dumps(settings).encode())
    answers = "project/{{ _copier_conf.answers_file }}"
    write(template, answers, b"# Changes here will be overwritten by Copier\n{{ _copier_answers|to_nice_yaml -}}\n")


# --- two versions of one template ----------------------------------------------------------------------


def _versions(work: Path, environment: Mapping[str, str]) -> Versions:
    old = _unpacked(RELEASE / "base.zip")
    answers, template = work / "answers.toml", work / "update-template"
    answers.write_bytes(old["celery-scaffold.toml"])
    made = Versions(template, old, {}, environment)
    tool = str(Path(sys.executable).parent / "celery-scaffold")
    made.run([tool, "export-template", template, "--answers", answers], work)
    made.run([tool, "new", SLUG, "--yes", "--no-git", "--answers", answers, "--output-dir", work], work)
    shutil.rmtree(template / "hooks")
    shutil.rmtree(template / FILES / ".celery-scaffold")
    return replace(made, new={path: content for path, content in files(work / SLUG).items() if path != ".env"})


def _unpacked(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {entry.filename: opened.read(entry) for entry in opened.infolist()}


def _release(project: Path) -> Path:
    """The project of the release, with its record and the modes of its files."""
    with zipfile.ZipFile(RELEASE / "base.zip") as opened:
        for entry in opened.infolist():
            write(project, entry.filename, opened.read(entry))
            (project / entry.filename).chmod(entry.external_attr >> 16 & 0o777)
    for record in RELEASE.iterdir():
        write(project, f".celery-scaffold/{record.name}", record.read_bytes())
    return project
