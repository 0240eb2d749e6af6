"""Where the project is that a command was called in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.errors import ScaffoldError, shown_path
from celery_scaffold.files import absolute
from celery_scaffold.record import ANSWERS_FILE, FOLDER

if TYPE_CHECKING:
    from pathlib import Path


def project_root(start: Path) -> Path:
    """The root of the project that a directory lies in, the nearest one.

    Raises:
        ScaffoldError: it lies in none, or in one that was made without the record.
    """
    here = absolute(start)
    for folder in (here, *here.parents):
        if (folder / FOLDER).is_dir():
            return folder
        if (folder / ANSWERS_FILE).is_file():
            hint = f"restore {FOLDER}/ from git; without it there is nothing to compare with"
            raise ScaffoldError(f"{shown_path(folder)} has {ANSWERS_FILE}, and no {FOLDER}/", hint)
    raise ScaffoldError(f"{shown_path(here)} is in no project of celery-scaffold", "cd to one, or make one with `new`")
