"""Files as values: a path is relative to the project's root and has forward slashes, a tree maps paths to files."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from celery_scaffold.errors import ScaffoldError

if TYPE_CHECKING:
    from pathlib import Path


class Mode(str, Enum):
    """What git tells of a file beside its content, and nothing else."""

    PLAIN = "100644"
    EXECUTABLE = "100755"
    LINK = "120000"


@dataclass(frozen=True)
class File:
    """One file.

    Attributes:
        content: its bytes; of a symbolic link, where it points to.
        mode: plain, executable or a symbolic link.
    """

    content: bytes
    mode: Mode = Mode.PLAIN


Tree = Mapping[str, File]


def absolute(path: Path) -> Path:
    """The path from the root; raises ScaffoldError where the current directory has been removed."""
    try:
        return path.absolute()
    except FileNotFoundError:
        raise ScaffoldError("the current directory is gone", "cd to one that is there, or give a full path") from None


def read_file(path: Path) -> File | None:
    """The file that is there now; None where nothing is, or something that git would not take as a file.

    Raises:
        OSError: it is there and cannot be read.
    """
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISLNK(mode):
        return File(os.fsencode(path.readlink()), Mode.LINK)
    if not stat.S_ISREG(mode):
        return None
    return File(path.read_bytes(), Mode.EXECUTABLE if mode & 0o100 else Mode.PLAIN)
