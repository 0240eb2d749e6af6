"""Conflicts as the owner's git shows them: unmerged files, and everything else in the index as it was."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from celery_scaffold.files import File
from celery_scaffold.git import Stage, committed, write_index, write_objects
from celery_scaffold.texts import normal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from celery_scaffold.git import Listed
    from celery_scaffold.merge import Conflict
    from celery_scaffold.owner import Owner
    from celery_scaffold.plan import Json

_SHA1 = 40


def staged_conflicts(owner: Owner, conflicts: Sequence[Conflict], work: Path) -> Json:
    """Store the versions of conflicted files where git finds them, and say what the index has to hold.

    A path that is ignored, or has something staged that is neither committed nor in the work tree, is left out: its
    entry in the index may be the only copy of an edit.

    Args:
        owner: the project.
        conflicts: what git shall show as unmerged.
        work: an empty directory.

    Returns:
        For the journal: the path in the work tree, the entries that it has now, and those that it shall have.
    """
    known = owner.listed if conflicts else None
    if known is None:
        return []
    shown = _shown(owner.root, known, conflicts)
    versions = [
        (conflict, stage, file)
        for conflict in shown
        for stage, file in ((1, conflict.base), (2, conflict.yours), (3, conflict.new))
        if file is not None
    ]
    if not versions:
        return []
    identifiers = write_objects(owner.root, _written([file for _, _, file in versions], work))
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


def _shown(root: Path, known: Listed, conflicts: Sequence[Conflict]) -> list[Conflict]:
    """The conflicts that the index can hold, with yours as it stores that."""
    clean = {conflict.path: _as_stored(root, conflict, known) for conflict in conflicts}
    edited = [path for path, found in clean.items() if found is None and path in known.staged]
    unchanged = {path for path, entry in committed(root, edited).items() if entry == known.staged[path]}
    candidates = (clean[each.path] or (each if each.path in unchanged else None) for each in conflicts)
    return [conflict for conflict in candidates if conflict is not None]


def _as_stored(root: Path, conflict: Conflict, known: Listed) -> Conflict | None:
    """The conflict, where the index has the owner's file or nothing; with LF where git has changed that to CRLF."""
    if conflict.path not in known.staged:
        return conflict if conflict.path in known.others or not os.path.lexists(root / conflict.path) else None
    mode, identifier = known.staged[conflict.path]
    yours = conflict.yours
    for file in (yours, File(normal(yours.content), yours.mode)):
        if (mode, identifier) == (file.mode.value, _identifier(file, len(identifier))):
            return replace(conflict, yours=file)
    return None


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
