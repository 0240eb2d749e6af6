"""Update, diff and check: an existing project rendered anew, as steps that can be read aloud."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold import __version__, interrupts, journal
from celery_scaffold import answers as said
from celery_scaffold.bundle import project_paths, staged_files, template_digest
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.files import read_file
from celery_scaffold.followups import steps
from celery_scaffold.git import LABELS, differences
from celery_scaffold.index import staged_conflicts, write_stages
from celery_scaffold.journal import Change
from celery_scaffold.location import project_root
from celery_scaffold.merge import Kind, Merge, Outcome, merge
from celery_scaffold.migrations import deploy_notes, migrated_answers, moved_files, since
from celery_scaffold.owner import Owner
from celery_scaffold.plan import plan
from celery_scaffold.record import ANSWERS_FILE, BASE, RECORD, RESTORE, Record, read_record, record_files, tree_of
from celery_scaffold.texts import is_binary, normal
from celery_scaffold.workspace import workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from celery_scaffold.answers import Answers
    from celery_scaffold.files import Tree
    from celery_scaffold.merge import Conflict
    from celery_scaffold.model.project import Project
    from celery_scaffold.plan import Json, Plan

_MOST_NAMES = 5
CONTINUE_OR_ABORT = "`celery-scaffold update --continue` finishes it, `--abort` undoes it"


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


def existing(start: Path) -> Existing:
    """Find and read the project that a directory lies in; writes nothing.

    Raises:
        ScaffoldError: there is none, its record is missing or newer, its answers do not read, or an update is pending.
    """
    root = project_root(start)
    _refuse_pending(root)
    sources = _sources(root)
    record = read_record(root)
    return Existing(root, record, _answers(root, record), sources)


def _sources(root: Path) -> Tree:
    return Owner(root).files((ANSWERS_FILE, BASE, RECORD))


def _refuse_changed(project: Existing) -> None:
    """A merge of one run's base with the files that another run has just written would take back what that one did."""
    if _sources(project.root) != project.sources:
        raise ScaffoldError("the answers or the record changed meanwhile", "run it again; nothing was changed")


def _refuse_pending(root: Path) -> None:
    """Nothing is begun before the last update is over; one whose conflicts are resolved is."""
    pending = journal.pending(root)
    if pending is None:
        return
    if pending.state == "undoing":
        raise ScaffoldError("the undoing of an update was interrupted", "`celery-scaffold update --abort` goes on")
    if pending.state == "swapping":
        raise ScaffoldError("an update of this project was interrupted", CONTINUE_OR_ABORT)
    left = unresolved(pending)
    if left:
        names = f"{', '.join(left[:_MOST_NAMES])}{' and more' if len(left) > _MOST_NAMES else ''}"
        raise ScaffoldError(f"the last update has open conflicts: {names}", f"resolve them; then {CONTINUE_OR_ABORT}")


def begin(root: Path) -> None:
    """Tidy up after the last update, before something is written: its conflicts are resolved.

    Raises:
        ScaffoldError: another run has begun one meanwhile.
    """
    _refuse_pending(root)
    pending = journal.pending(root)
    if pending is None:
        journal.sweep(root)
    else:
        journal.finish(pending)


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
        _refuse_other_templates(project)
    owner = Owner(project.root)
    with workspace(Path(tempfile.gettempdir())) as work:
        progress("rendering")
        new, template = _rendered(planned, work / "render")
        progress("merging")
        migrations = since(project.record.version)
        moves = moved_files(migrations, planned.project.package)
        merged = merge(base, new, owner, _folder(work / "merge"), moves)
        _refuse_changed(project)
        recorded = _record_changes(project.sources, merged.recorded, template)
        updated = Updated(
            root=project.root,
            plan=planned,
            outcomes=merged.outcomes,
            steps=steps(project_of(base, project.record.version), planned.project, base, new),
            notes=deploy_notes(migrations),
            from_version=project.record.version,
            changed=tuple(sorted({change.path for change in merged.changes})),
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
        "conflicts": [[conflict.path, conflict.beside, _is_valid(conflict)] for conflict in merged.conflicts],
        "index": index,
        "steps": [*updated.steps],
    }
    with interrupts.held():
        begin(updated.root)
        set_aside = _swapped(journal.prepare(updated.root, changes, about))
        interrupts.disregard()
    return replace(updated, written=True, set_aside=set_aside)


def _swapped(pending: journal.Pending) -> tuple[str, ...]:
    set_aside = journal.apply(pending)
    try:
        write_stages(pending.root, pending.about["index"])
    except ScaffoldError as error:
        hint = f"the files are written, git does not know of the conflicts yet: {CONTINUE_OR_ABORT}"
        raise ScaffoldError(error.message, hint) from None
    if pending.about["conflicts"]:
        journal.hold(pending)
    else:
        journal.finish(pending)
    return set_aside


# --- an update that was interrupted, or has conflicts --------------------------------------------------


@dataclass(frozen=True)
class Resumed:
    """What `--continue` or `--abort` did.

    Attributes:
        root: the project.
        conflicts: paths that still hold markers; the update stays open.
        kept: paths of edits made since, and kept aside.
        aborted: whether the old tree is back.
        steps: what is left to do by hand, once nothing is pending: who ran the update may not have seen it.
    """

    root: Path
    conflicts: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    aborted: bool = False
    steps: tuple[str, ...] = ()


def resume(start: Path) -> Resumed:
    """Finish an update: what a killed run left undone, then the question whether its conflicts are resolved.

    Raises:
        ScaffoldError: nothing is pending.
    """
    pending = _pending(start)
    kept: tuple[str, ...] = ()
    if pending.state != "conflicts":
        with interrupts.held():
            kept = _swapped(pending)
            interrupts.disregard()
        again = journal.pending(pending.root)
        if again is None:
            return Resumed(pending.root, kept=kept, steps=_steps(pending))
        pending = again
    left = unresolved(pending)
    if not left:
        journal.finish(pending)
    return Resumed(pending.root, left, kept, steps=() if left else _steps(pending))


def _steps(pending: journal.Pending) -> tuple[str, ...]:
    """What the update left to its owner; nothing for `add task`, and for an update by an older version."""
    steps = pending.about.get("steps", [])
    return tuple(map(str, steps)) if isinstance(steps, list) else ()


def abort(start: Path) -> Resumed:
    """Undo an update: every file as it was, bytes and modes.

    Raises:
        ScaffoldError: nothing is pending.
    """
    pending = _pending(start)
    with interrupts.held():
        write_stages(pending.root, pending.about["index"], "before")
        kept = journal.abort(pending)
        interrupts.disregard()
    return Resumed(pending.root, kept=kept, aborted=True)


def unresolved(pending: journal.Pending) -> tuple[str, ...]:
    """The conflicts that are open: our markers, a new version that is still beside it, a text that became invalid."""
    rows = pending.about["conflicts"]
    if not isinstance(rows, list):
        raise TypeError(rows)
    facts = [(str(row[0]), str(row[1]), bool(row[2])) for row in rows if isinstance(row, list)]
    return tuple(path for path, beside, valid in facts if _is_open(pending.root, path, beside, valid=valid))


def _is_valid(conflict: Conflict) -> bool:
    """Whether the owner's version can be read back; what they wrote otherwise, they may leave so."""
    from celery_scaffold import structure

    return not is_binary(conflict.yours.content) and structure.parses(conflict.path, _text(conflict.yours.content))


def _is_open(root: Path, path: str, beside: str, *, valid: bool) -> bool:
    from celery_scaffold import structure

    file = read_file(root / path)
    if beside:
        return os.path.lexists(root / beside)
    if file is None:
        return False
    ends = (f"<<<<<<< {LABELS[0]}".encode(), f">>>>>>> {LABELS[2]}".encode())
    if any(line in ends for line in file.content.splitlines()):
        return True
    return valid and not structure.parses(path, _text(file.content))


def _text(content: bytes) -> str:
    return normal(content).decode(errors="replace")


def _pending(start: Path) -> journal.Pending:
    root = project_root(start)
    pending = journal.pending(root)
    if pending is None:
        raise ScaffoldError("no update is pending here", "`celery-scaffold update` begins one")
    return pending


# --- reading and rendering -----------------------------------------------------------------------------


def _answers(root: Path, record: Record) -> Answers:
    if not (root / ANSWERS_FILE).exists():
        raise ScaffoldError(
            f"{ANSWERS_FILE} is missing", f"restore it, for example: git checkout HEAD -- {ANSWERS_FILE}"
        )
    return said.from_table(migrated(said.toml_of(root / ANSWERS_FILE), record.version), ANSWERS_FILE)


def migrated(table: Mapping[str, object], version: str) -> dict[str, object]:
    """The answers of a project of that version, in the words of this one."""
    return migrated_answers(table, since(version))


def _base(record: Record, *, without_base: bool) -> Tree:
    if record.base is not None:
        return record.base
    if without_base:
        return {}
    raise ScaffoldError(record.problem, f"{RESTORE}; --without-base merges without it, with more conflicts")


def _refuse_other_templates(project: Existing) -> None:
    """An addition changes what was asked for and nothing else."""
    if is_outdated(project):
        raise ScaffoldError(
            f"the project was rendered by celery-scaffold {project.record.version}, and the templates are others now",
            "run `celery-scaffold update` first, so that each change can be looked at by itself",
        )


def is_outdated(project: Existing) -> bool:
    """Whether this version's templates are others than those that the project was rendered from."""
    before = project_of(project.record.base or {}, project.record.version)
    if before is None or project.record.version != __version__:
        return True
    planned = plan(before, with_git=False)
    return template_digest(planned, staged_files(planned)).hex() != project.record.template


def _rendered(planned: Plan, work: Path) -> tuple[Tree, bytes]:
    """The new pristine tree, and the digest of what it was rendered from."""
    from celery_scaffold.render import render

    files = staged_files(planned)
    rendered = render(planned, files, _folder(work), hooks=False)
    return tree_of(rendered, project_paths(files)), template_digest(planned, files)


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
