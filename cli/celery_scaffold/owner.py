"""What is in an owner's project now, beside what the template knows."""

from __future__ import annotations

import itertools
import os
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold.errors import ScaffoldError, shown
from celery_scaffold.files import Mode, read_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from celery_scaffold.files import File, Tree
    from celery_scaffold.git import Listed

# Not searched for files that moved: what tools make, and may be large.
_NOT_SEARCHED = frozenset({".git", ".celery-scaffold", ".venv", "venv", "node_modules", "__pycache__", "var"})
# A larger file is not one of the template's.
_LARGEST = 4_000_000


@dataclass(frozen=True)
class Owner:
    """A project on disk; what git says of it is asked for once, and only where it matters.

    Attributes:
        root: the directory of the project.
    """

    root: Path

    @cached_property
    def listed(self) -> Listed | None:
        """What the owner's git knows; None without one."""
        from celery_scaffold.git import listed

        return listed(self.root)

    def files(self, paths: Iterable[str]) -> Tree:
        """Those of the paths at which there is a file; one behind a link to a directory does not count.

        Raises:
            ScaffoldError: a file cannot be read.
        """
        wanted = list(paths)
        folders = {path.rpartition("/")[0] for path in wanted}
        inside = {folder for folder in folders if self._is_inside(folder)}
        found = ((path, self._read(path)) for path in wanted if path.rpartition("/")[0] in inside)
        return {path: file for path, file in found if file is not None}

    def is_tracked(self, path: str) -> bool:
        """Whether the owner's git has it, so that no version of it can be lost."""
        return self.listed is not None and path in self.listed.staged

    def own_files(self, known: Collection[str], missing: Collection[File]) -> dict[str, File]:
        """Files that are not the template's, and may be one that is missing; nothing that holds secrets.

        Args:
            known: the paths of the template.
            missing: files of the template that are not where they were; without any, nothing is looked for.
        """
        if not missing:
            return {}
        sizes = [len(file.content) for file in missing]
        paths = self._walked() if self.listed is None else sorted({*self.listed.staged, *self.listed.others})
        candidates = (path for path in paths if path not in known and not is_private(path))
        alike = (
            path for path in candidates if min(sizes) <= 2 * self._size(path) and self._size(path) <= 2 * max(sizes)
        )
        found = ((path, self._read(path)) for path in alike)
        return {path: file for path, file in found if file is not None and file.mode is not Mode.LINK}

    def obstacle(self, path: str, leaving: Collection[str]) -> str:
        """What is in the way of a file that should be written there, or nothing.

        Args:
            path: where nothing of the template's was before.
            leaving: files that will be removed first.
        """
        here = self.root / path
        for folder in list(here.parents)[: path.count("/")]:
            relative = folder.relative_to(self.root).as_posix()
            if folder.is_symlink() or (folder.exists() and not folder.is_dir() and relative not in leaving):
                return f"{relative} is no directory"
        if not os.path.lexists(here) or path in leaving:
            return ""
        if here.is_dir() and not here.is_symlink():
            return "a directory of yours is there" if any(self._staying(here, leaving)) else ""
        # Where upper and lower case are the same, a file that changes its case is in its own way.
        renamed = (self.root / other for other in leaving if other.casefold() == path.casefold())
        return "" if any(other.exists() and other.samefile(here) for other in renamed) else "a file of yours is there"

    def is_behind_link(self, path: str) -> bool:
        """Whether a folder above it is a symbolic link, so that nothing there counts as the template's."""
        return not self._is_inside(path.rpartition("/")[0])

    def free_name(self, path: str) -> str:
        """The path, with a number at its end where it is taken."""
        names = (path if number == 1 else f"{path}-{number}" for number in itertools.count(1))
        return next(name for name in names if not os.path.lexists(self.root / name))

    def _staying(self, folder: Path, leaving: Collection[str]) -> Iterator[str]:
        for directory, subdirectories, names in os.walk(folder):
            here = os.path.relpath(directory, self.root)
            if not subdirectories and not names:
                yield here
            links = [name for name in subdirectories if Path(directory, name).is_symlink()]
            for name in (*names, *links):
                path = f"{here}/{name}"
                if path not in leaving:
                    yield path

    def _is_inside(self, folder: str) -> bool:
        """Whether no part of the path is a link, which may lead anywhere."""
        parts = folder.split("/") if folder else []
        return not any(self.root.joinpath(*parts[: length + 1]).is_symlink() for length in range(len(parts)))

    def _read(self, path: str) -> File | None:
        try:
            return read_file(self.root / path)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ScaffoldError(f"cannot read {shown(path)}: {reason}", "make it readable, and try again") from None

    def _size(self, path: str) -> int:
        """Bytes; of what is too large to be the template's, or not there, more than anything is."""
        try:
            size = (self.root / path).lstat().st_size
        except OSError:
            return sys.maxsize
        return size if size <= _LARGEST else sys.maxsize

    def _walked(self) -> Iterator[str]:
        for directory, subdirectories, names in os.walk(self.root):
            here = os.path.relpath(directory, self.root)
            subdirectories[:] = sorted(name for name in subdirectories if self._is_searched(directory, name))
            for name in sorted(names):
                yield name if here == "." else f"{here}/{name}"

    @staticmethod
    def _is_searched(directory: str, name: str) -> bool:
        """Not another repository, nor a virtual environment."""
        foreign = any(os.path.lexists(Path(directory, name, mark)) for mark in (".git", "pyvenv.cfg"))
        return name not in _NOT_SEARCHED and not foreign


def is_private(path: str) -> bool:
    """Environment files are no template's, whatever is like them."""
    name = path.rpartition("/")[2]
    return name.startswith(".env") or name.endswith(".env")
