"""`add task`: two new files in a project that is there, and nothing of the owner's touched."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold import answers as said
from celery_scaffold import interrupts, journal
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.existing import existing, project_of, refuse_other_templates
from celery_scaffold.files import File, read_file
from celery_scaffold.journal import Change
from celery_scaffold.pending import begin, swap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery_scaffold.files import Tree


@dataclass(frozen=True)
class Added:
    """What `add task` made, or with `--dry-run` would make.

    Attributes:
        root: the project.
        paths: the task's file and its test's.
        written: False for a dry run.
    """

    root: Path
    paths: tuple[str, ...]
    written: bool


def add_task(start: Path, name: str, queue: str, *, dry_run: bool = False) -> Added:
    """Write a task and its test.

    Args:
        start: a directory of the project.
        name: of the function.
        queue: the short name of one of the project's queues.
        dry_run: write nothing.

    Raises:
        ScaffoldError: the queue is unknown or not rendered yet, the name is no function's or taken, the package is not
            where the template has it, the templates are others than those of the project.
    """
    from celery_scaffold.task_files import task_files

    project = existing(start)
    refuse_other_templates(project)
    described = said.project(project.answers)
    package = f"src/{described.package}"
    if not (project.root / package / "tasks").is_dir():
        hint = (
            "where the package is elsewhere, copy one of its tasks by hand: nothing would import a file in that place"
        )
        raise ScaffoldError(f"there is no folder {package}/tasks", hint)
    tree = task_files(described, queue, name, _tree_below(project.root, (package, "tests/unit")))
    rendered = project_of(project.record.base or {}, project.record.version)
    if rendered is not None and queue not in {other.name for other in rendered.queues}:
        raise ScaffoldError(f"the queue {queue!r} is in the answers, not in the project yet", "celery-scaffold update")
    if not dry_run:
        changes = [Change(path, None, file) for path, file in tree.items()]
        with interrupts.held():
            begin(project.root)
            swap(journal.prepare(project.root, changes, {"conflicts": [], "index": []}))
            interrupts.disregard()
    return Added(project.root, tuple(sorted(tree)), written=not dry_run)


def _tree_below(root: Path, folders: tuple[str, ...]) -> Tree:
    """All that is below some folders of a project; what is no file counts by its path."""
    return {path: read_file(root / path) or File(b"") for folder in folders for path in _paths(root, folder)}


def _paths(root: Path, folder: str) -> Iterator[str]:
    for directory, subdirectories, names in os.walk(root / folder):
        subdirectories[:] = [name for name in subdirectories if name != "__pycache__"]
        here = Path(directory).relative_to(root)
        for name in (*names, *subdirectories):
            yield (here / name).as_posix()
