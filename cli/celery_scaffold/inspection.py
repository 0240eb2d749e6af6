"""Check and diff: what there is to say about a project, and nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold import answers as said
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.existing import existing, is_outdated, migrated
from celery_scaffold.location import project_root
from celery_scaffold.options import OPTIONS
from celery_scaffold.owner import Owner
from celery_scaffold.pairing import owner_moves
from celery_scaffold.plan import plan
from celery_scaffold.record import ANSWERS_FILE, PENDING, RESTORE
from celery_scaffold.texts import same

if TYPE_CHECKING:
    from celery_scaffold.existing import Existing
    from celery_scaffold.files import File
    from celery_scaffold.model.rules import Finding


@dataclass(frozen=True)
class Checked:
    """The state of a project.

    Attributes:
        root: its directory.
        rendered_by: the version of the tool that rendered it last.
        outdated: whether this version's templates are others.
        changed_answers: keys of `celery-scaffold.toml` that were edited and not applied yet.
        gone: files of the template that the owner deleted.
        moved: old path → where the owner has it.
        edited: files of the template that the owner changed.
        problems: what is wrong with the record, or pending, or with the answers, each one line.
        warnings: of the rulebook, for information.
        accepted: those that the owner accepts, with the reason.
    """

    root: Path
    rendered_by: str
    outdated: bool
    changed_answers: tuple[str, ...]
    gone: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    edited: tuple[str, ...]
    problems: tuple[str, ...]
    warnings: tuple[Finding, ...]
    accepted: tuple[Finding, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether there is nothing to do; what the owner edited, moved or deleted is theirs to decide."""
        return not (self.outdated or self.changed_answers or self.problems)


def check(start: Path) -> Checked:
    """What an update would be for, and whether one is possible; reads files, renders nothing.

    Raises:
        ScaffoldError: there is no project, or its record or answers cannot be read.
    """
    root = project_root(start)
    try:
        project = existing(start)
        problems: tuple[str, ...] = ()
    except ScaffoldError as error:
        if not (root / PENDING).exists():
            raise
        return Checked(root, "", False, (), (), (), (), (f"{error.message}; {error.hint}",), ())
    if project.record.problem:
        problems = (project.record.problem,)
    planned = plan(said.project(project.answers), with_git=False)
    here = _Here(project)
    return Checked(
        root=root,
        rendered_by=project.record.version,
        outdated=project.record.base is not None and is_outdated(project),
        changed_answers=_changed_answers(project),
        gone=tuple(sorted(here.gone)),
        moved=tuple(sorted(here.moved.items())),
        edited=tuple(sorted(path for path in here.pairs if here.is_edited(path))),
        problems=problems,
        warnings=planned.warnings,
        accepted=planned.accepted,
    )


class _Here:
    """The template's files as the owner has them."""

    def __init__(self, project: Existing) -> None:
        base = project.record.base or {}
        owner = Owner(project.root)
        present = owner.files(base)
        own, self.moved = owner_moves(base, present, owner)
        missing = base.keys() - present.keys() - self.moved.keys()
        self.gone = {path for path in missing if not owner.is_behind_link(path)}
        self.pairs: dict[str, tuple[File, File]] = {
            **{path: (base[path], file) for path, file in present.items()},
            **{new: (base[old], own[new]) for old, new in self.moved.items()},
        }
        self.base, self.owner = base, owner

    def is_edited(self, path: str) -> bool:
        before, now = self.pairs[path]
        return not same(now, before)


def _changed_answers(project: Existing) -> tuple[str, ...]:
    """The keys whose values are others than when the project was rendered last."""
    file = (project.record.base or {}).get(ANSWERS_FILE)
    if file is None:
        return ()
    before = said.toml_in(file.content, ANSWERS_FILE)
    try:
        recorded = said.from_table(migrated(before, project.record.version), ANSWERS_FILE)
    except ScaffoldError:
        return ()
    return tuple(key for key in OPTIONS if recorded.answer(key).value != project.answers.answer(key).value)


def owner_differences(start: Path) -> str:
    """What the owner changed since the project was rendered last, as unified diffs.

    Raises:
        ScaffoldError: there is no project, its record cannot be read, or an update is pending.
    """
    import tempfile

    from celery_scaffold.git import differences
    from celery_scaffold.workspace import workspace

    project = existing(start)
    if project.record.base is None:
        raise ScaffoldError(project.record.problem, RESTORE)
    here = _Here(project)
    changed = [path for path in here.pairs if here.is_edited(path) or path in here.moved.values()]
    originals = {new: old for old, new in here.moved.items()}
    before = {originals.get(path, path): here.pairs[path][0] for path in changed}
    before.update({path: here.base[path] for path in here.gone})
    after = {path: here.pairs[path][1] for path in changed}
    with workspace(Path(tempfile.gettempdir())) as work:
        return differences(before, after, work, ("template", "yours"))


def template_differences(start: Path) -> str:
    """What an update would change in the project, as unified diffs; raises as `regenerate.update` does."""
    from celery_scaffold.regenerate import Manner, update

    return update(start, manner=Manner(dry_run=True)).differences
