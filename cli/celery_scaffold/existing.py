"""A project that is there: its record, its answers, and whether it is up to date. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold import __version__
from celery_scaffold import answers as said
from celery_scaffold.bundle import staged_files, template_digest
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.location import project_root
from celery_scaffold.migrations import migrated_answers, since
from celery_scaffold.owner import Owner
from celery_scaffold.plan import plan
from celery_scaffold.record import ANSWERS_FILE, BASE, PENDING, RECORD, Record, read_record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from celery_scaffold.answers import Answers
    from celery_scaffold.files import Tree
    from celery_scaffold.model.project import Project


@dataclass(frozen=True)
class Existing:
    """A project as it is now.

    Attributes:
        root: its directory.
        record: what it was rendered from.
        answers: what its `celery-scaffold.toml` says, in the words of this version.
        sources: the files that both were read from.
    """

    root: Path
    record: Record
    answers: Answers
    sources: Tree


def existing(start: Path) -> Existing:
    """Find and read the project that a directory lies in; writes nothing.

    Raises:
        ScaffoldError: there is none, its record is missing or newer, its answers do not read, or an update is pending.
    """
    root = project_root(start)
    if (root / PENDING).exists():
        from celery_scaffold.pending import refuse_pending

        refuse_pending(root)
    sources = _sources(root)
    record = read_record(root)
    return Existing(root, record, _answers(root, record), sources)


def refuse_changed(project: Existing) -> None:
    """A merge of one run's base with the files that another run has just written would take back what that one did.

    Raises:
        ScaffoldError: the answers or the record are others than when the project was read.
    """
    if _sources(project.root) != project.sources:
        raise ScaffoldError("the answers or the record changed meanwhile", "run it again; nothing was changed")


def _sources(root: Path) -> Tree:
    return Owner(root).files((ANSWERS_FILE, BASE, RECORD))


def _answers(root: Path, record: Record) -> Answers:
    if not (root / ANSWERS_FILE).exists():
        hint = f"restore it, for example: git checkout HEAD -- {ANSWERS_FILE}"
        raise ScaffoldError(f"{ANSWERS_FILE} is missing", hint)
    return said.from_table(migrated(said.toml_of(root / ANSWERS_FILE), record.version), ANSWERS_FILE)


def migrated(table: Mapping[str, object], version: str) -> dict[str, object]:
    """The answers of a project of that version, in the words of this one."""
    return migrated_answers(table, since(version))


def is_outdated(project: Existing) -> bool:
    """Whether this version's templates are others than those that the project was rendered from."""
    before = project_of(project.record.base or {}, project.record.version)
    if before is None or project.record.version != __version__:
        return True
    planned = plan(before, with_git=False, judged=False)
    return template_digest(planned, staged_files(planned)).hex() != project.record.template


def refuse_other_templates(project: Existing) -> None:
    """An addition changes what was asked for and nothing else, and relies on what the templates of this version have.

    Raises:
        ScaffoldError: the project was rendered from others.
    """
    if is_outdated(project):
        raise ScaffoldError(
            f"the project was rendered by celery-scaffold {project.record.version}, and the templates are others now",
            "run `celery-scaffold update` first, so that each change can be looked at by itself",
        )


def project_of(tree: Tree, version: str) -> Project | None:
    """The project that a pristine tree was rendered for; None where its answers do not read any more."""
    file = tree.get(ANSWERS_FILE)
    if file is None:
        return None
    try:
        table = migrated(said.toml_in(file.content, ANSWERS_FILE), version)
        return said.project(said.from_table(table, ANSWERS_FILE))
    except ScaffoldError:
        return None
