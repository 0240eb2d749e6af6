"""Update: a project that is there rendered anew and merged, as steps that can be read aloud."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold import answers as said
from celery_scaffold import interrupts, journal
from celery_scaffold.bundle import project_paths, staged_files, template_digest
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.existing import existing, project_of, refuse_changed, refuse_other_templates
from celery_scaffold.followups import steps
from celery_scaffold.git import differences
from celery_scaffold.index import staged_conflicts
from celery_scaffold.journal import Change
from celery_scaffold.merge import Merge, merge
from celery_scaffold.migrations import deploy_notes, moved_files, since
from celery_scaffold.outcomes import Kind, Outcome
from celery_scaffold.owner import Owner
from celery_scaffold.pending import begin, is_valid, swap
from celery_scaffold.plan import plan
from celery_scaffold.record import RESTORE, Record, record_files, tree_of
from celery_scaffold.workspace import workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery_scaffold.answers import Answers
    from celery_scaffold.files import Tree
    from celery_scaffold.plan import Json, Plan


@dataclass(frozen=True)
class Manner:
    """How an update is done.

    Attributes:
        dry_run: write nothing.
        without_base: merge against an empty tree where the recorded one is lost.
        same_templates: refuse when the templates are others than those of the last rendering.
    """

    dry_run: bool = False
    without_base: bool = False
    same_templates: bool = False


ORDINARY = Manner()


@dataclass(frozen=True)
class Updated:
    """What an update did, or with `dry_run` would do.

    Attributes:
        root: the project.
        plan: what was rendered.
        outcomes: of each file that the update had something to do with.
        steps: what is left to do by hand.
        notes: what to know before the project is deployed.
        from_version: of the tool that rendered it last.
        changed: paths that were written or removed, without the record.
        is_recorded: whether the record became another.
        differences: what changes, as unified diffs; only of a dry run.
        set_aside: paths of the owner's edits that were made while the update ran, and where they are kept.
        written: False for a dry run.
    """

    root: Path
    plan: Plan
    outcomes: tuple[Outcome, ...]
    steps: tuple[str, ...]
    notes: tuple[str, ...]
    from_version: str
    changed: tuple[str, ...]
    is_recorded: bool
    differences: str = ""
    set_aside: tuple[str, ...] = ()
    written: bool = False

    @property
    def conflicts(self) -> tuple[Outcome, ...]:
        """The files that the owner has to look at."""
        return tuple(outcome for outcome in self.outcomes if outcome.kind is Kind.CONFLICT)


def unchanged(answers: Answers) -> Answers:
    """The answers as they are: an update to this version's templates, or to an answers file edited by hand."""
    return answers


def update(
    start: Path,
    change: Callable[[Answers], Answers] = unchanged,
    manner: Manner = ORDINARY,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Updated:
    """Render a project anew and merge that into it.

    Args:
        start: a directory of the project.
        change: new answers from those that it has.
        manner: how it is done.
        progress: told what is about to happen.

    Raises:
        ScaffoldError: the project cannot be read or written, the answers do not fit together, git is missing.
    """
    project = existing(start)
    base = _base(project.record, without_base=manner.without_base)
    planned = plan(said.project(change(project.answers)), with_git=False)
    if manner.same_templates:
        refuse_other_templates(project)
    owner = Owner(project.root)
    with workspace(Path(tempfile.gettempdir())) as work:
        progress("rendering")
        new, template = _rendered(planned, work / "render")
        progress("merging")
        migrations = since(project.record.version)
        moves = moved_files(migrations, planned.project.package)
        merged = merge(base, new, owner, _folder(work / "merge"), moves)
        refuse_changed(project)
        recorded = _record_changes(project.sources, merged.recorded, template)
        todo = steps(project_of(base, project.record.version), planned.project, base, new)
        updated = Updated(
            root=project.root,
            plan=planned,
            outcomes=merged.outcomes,
            # What is skipped at every update was told at the first one.
            steps=todo if merged.changes or recorded else (),
            notes=deploy_notes(migrations),
            from_version=project.record.version,
            changed=tuple(sorted({change.path for change in merged.changes})),
            is_recorded=bool(recorded),
        )
        if manner.dry_run:
            before, after = _sides(merged.changes)
            return replace(
                updated, differences=differences(before, after, _folder(work / "diff"), ("yours", "updated"))
            )
        progress("writing")
        index = staged_conflicts(owner, merged.conflicts, _folder(work / "objects"))
        return _written(updated, merged, recorded, index)


def _written(updated: Updated, merged: Merge, recorded: tuple[Change, ...], index: Json) -> Updated:
    """Swap the files, the record last; git's index learns of conflicts."""
    changes = (*merged.changes, *recorded)
    if not changes:
        begin(updated.root)
        return replace(updated, written=True)
    about: dict[str, Json] = {
        "conflicts": [[conflict.path, conflict.beside, is_valid(conflict)] for conflict in merged.conflicts],
        "index": index,
        "steps": [*updated.steps],
    }
    with interrupts.held():
        begin(updated.root)
        set_aside = swap(journal.prepare(updated.root, changes, about))
        interrupts.disregard()
    return replace(updated, written=True, set_aside=set_aside)


# --- reading and rendering -----------------------------------------------------------------------------


def _base(record: Record, *, without_base: bool) -> Tree:
    if record.base is not None:
        return record.base
    if without_base:
        return {}
    raise ScaffoldError(record.problem, f"{RESTORE}; --without-base merges without it, with more conflicts")


def _rendered(planned: Plan, work: Path) -> tuple[Tree, bytes]:
    """The new pristine tree, and the digest of what it was rendered from."""
    from celery_scaffold.render import render

    files = staged_files(planned)
    rendered = render(planned, files, _folder(work), hooks=False)
    return tree_of(rendered, project_paths(files)), template_digest(planned, files)


def _record_changes(before: Tree, tree: Tree, template: bytes) -> tuple[Change, ...]:
    files = record_files(tree, template)
    changes = (Change(path, before.get(path), file) for path, file in files.items())
    return tuple(change for change in changes if change.before != change.after)


def _sides(changes: tuple[Change, ...]) -> tuple[Tree, Tree]:
    before = {change.path: change.before for change in changes if change.before is not None}
    after = {change.path: change.after for change in changes if change.after is not None}
    return before, after


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
