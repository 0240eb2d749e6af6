"""Conflicts as the owner's git shows them: unmerged files, and everything else in the index as it was."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from celery_scaffold.git import Stage, listed, write_index, write_objects

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from celery_scaffold.files import File
    from celery_scaffold.git import Listed
    from celery_scaffold.merge import Conflict
    from celery_scaffold.plan import Json

_SHA1 = 40


def staged_conflicts(root: Path, conflicts: Sequence[Conflict], work: Path) -> Json:
    """Store the versions of conflicted files where git finds them, and say what the index has to hold.

    A path that is ignored, or has something staged that is not in the work tree, is left out: its entry in the index
    may be the only copy of an edit.

    Args:
        root: of the project.
        conflicts: what git shall show as unmerged.
        work: an empty directory.

    Returns:
        For the journal: the path in the work tree, the entries that it has now, and those that it shall have.
    """
    known = listed(root) if conflicts else None
    if known is None:
        return []
    shown = [conflict for conflict in conflicts if _is_shown(conflict, known)]
    versions = [
        (conflict, stage, file)
        for conflict in shown
        for stage, file in ((1, conflict.base), (2, conflict.yours), (3, conflict.new))
        if file is not None
    ]
    if not versions:
        return []
    identifiers = write_objects(root, _written([file for _, _, file in versions], work))
    rows: dict[str, list[Json]] = {conflict.path: [] for conflict in shown}
    for (conflict, stage, file), identifier in zip(versions, identifiers, strict=True):
        rows[conflict.path].append([file.mode.value, identifier, stage])
    return [_row(known, path, entries) for path, entries in rows.items()]


def _row(known: Listed, path: str, after: list[Json]) -> Json:
    before: list[Json] = [[*known.staged[path], 0]] if path in known.staged else []
    return {"path": known.prefix + path, "before": before, "after": after}


def write_stages(root: Path, rows: Json, side: str = "after") -> None:
    """Make the index hold one side of what `staged_conflicts` said."""
    stages: list[Stage] = []
    for row in _dicts(rows):
        path, null = str(row["path"]), "0" * len(_entries(row, "after")[0].identifier)
        stages += [Stage(path, "0", null), *_entries(row, side)]
    if stages:
        write_index(root, stages)


def _entries(row: dict[str, Json], side: str) -> list[Stage]:
    entries = row[side]
    if not isinstance(entries, list):
        raise TypeError(row)
    found = [entry for entry in entries if isinstance(entry, list)]
    return [Stage(str(row["path"]), str(mode), str(name), int(str(stage))) for mode, name, stage in found]


def _dicts(rows: Json) -> list[dict[str, Json]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _is_shown(conflict: Conflict, known: Listed) -> bool:
    if conflict.path not in known.staged:
        return conflict.path in known.others
    mode, identifier = known.staged[conflict.path]
    return (mode, identifier) == (conflict.yours.mode.value, _identifier(conflict.yours, len(identifier)))


def _identifier(file: File, length: int) -> str:
    """What git calls these bytes: SHA-1, or SHA-256 in repositories of that format."""
    whole = b"blob %d\0" % len(file.content) + file.content
    if length == _SHA1:
        return hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    return hashlib.sha256(whole).hexdigest()


def _written(files: Sequence[File], work: Path) -> list[Path]:
    paths = [work / str(number) for number in range(len(files))]
    for path, file in zip(paths, files, strict=True):
        path.write_bytes(file.content)
    return paths
