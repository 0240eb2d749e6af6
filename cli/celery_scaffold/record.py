"""What a generated project remembers: the pristine tree it was rendered as, and by which version of the tool.

`celery-scaffold.toml` (the answers) is part of the rendered tree itself. `.celery-scaffold/base.zip` is the merge base
of later updates, so that those need neither the network, nor an old version of the tool, nor git history.
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from celery_scaffold import __version__
from celery_scaffold.errors import ScaffoldError, shown
from celery_scaffold.files import File, Mode, read_file
from celery_scaffold.journal_record import inside
from celery_scaffold.versions import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from celery_scaffold.files import Tree

FOLDER = ".celery-scaffold"
ANSWERS_FILE = "celery-scaffold.toml"
BASE = f"{FOLDER}/base.zip"
RECORD = f"{FOLDER}/record.toml"
# The journal of an update that is not over.
PENDING = f"{FOLDER}/pending"
RESTORE = f"take both files of {FOLDER}/ from one commit, for example: git checkout HEAD -- {FOLDER}"
# Zip cannot say "no date"; this is the earliest it can hold.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_RECORD_FORMAT = 1
# A base of 500 queues is a tenth of it; more is no base of ours.
_LARGEST_BASE = 100_000_000
# What zipfile raises for a file that somebody made up: no archive, a wrong checksum, encrypted, compressed in new ways.
_UNREADABLE = (zipfile.BadZipFile, EOFError, LookupError, NotImplementedError, OSError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Record:
    """What an update starts from.

    Attributes:
        version: of the tool that rendered the project last.
        template: hexadecimal digest of what it was rendered from, see `bundle.template_digest`.
        base: the pristine tree; None where it is missing or damaged.
        problem: what is wrong with the base, one line; empty when it is there.
    """

    version: str
    template: str
    base: Tree | None
    problem: str = ""


def tree_of(directory: Path, paths: Iterable[str]) -> dict[str, File]:
    """The rendered files of a directory, by path."""
    found = ((path, read_file(directory / path)) for path in paths)
    return {path: file for path, file in found if file is not None}


def base_of(tree: Tree) -> bytes:
    """The pristine tree as a zip file: sorted, undated and stored, so that the same tree gives the same bytes.

    Stored rather than deflated: zlib's output differs between builds, and git compresses the file anyway.

    Args:
        tree: what was rendered; what the hook made (`.env`, `.git`) is not in it.
    """
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(tree):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = (0o755 if tree[name].mode is Mode.EXECUTABLE else 0o644) << 16
            archive.writestr(entry, tree[name].content)
    return buffer.getvalue()


def record_of(base: bytes, template: bytes) -> str:
    """The text of `record.toml`.

    Args:
        base: the pristine tree, see `base_of`.
        template: the digest of what it was rendered from, see `bundle.template_digest`.
    """
    return (
        "# Written by celery-scaffold; `celery-scaffold update` reads it. Keep it in git.\n"
        f"format = {_RECORD_FORMAT}\n"
        f'version = "{__version__}"\n'
        f'template = "sha256:{template.hex()}"\n'
        f'base = "sha256:{hashlib.sha256(base).hexdigest()}"\n'
    )


def record_files(tree: Tree, template: bytes) -> dict[str, File]:
    """The files of the record of a pristine tree."""
    base = base_of(tree)
    return {BASE: File(base), RECORD: File(record_of(base, template).encode())}


def write_record(tree: Path, paths: Iterable[str], template: bytes, destination: Path) -> None:
    """Write the record of the rendered paths of a tree below a destination, usually the tree itself."""
    (destination / FOLDER).mkdir()
    for path, file in record_files(tree_of(tree, paths), template).items():
        (destination / path).write_bytes(file.content)


def read_record(root: Path) -> Record:
    """The record of a project.

    Raises:
        ScaffoldError: it is missing, or was written by a newer version of the tool.
    """
    facts = _facts(root)
    number, version = facts.get("format"), str(facts.get("version", ""))
    if not isinstance(number, int) or number > _RECORD_FORMAT or numbers(version) > numbers(__version__):
        by = f"celery-scaffold {version}" if version else "a newer celery-scaffold"
        raise ScaffoldError(f"the project was written by {by}, and this is {__version__}", "install that version")
    template = str(facts.get("template", "")).removeprefix("sha256:")
    content = _base_bytes(root)
    if content is None:
        return Record(version, template, None, f"{BASE} is missing")
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != facts.get("base"):
        return Record(version, template, None, f"{BASE} is not the one that {RECORD} names")
    try:
        return Record(version, template, _tree_in(content))
    except _UNREADABLE:
        return Record(version, template, None, f"{BASE} is not one that celery-scaffold writes")


def _facts(root: Path) -> dict[str, object]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads((root / RECORD).read_text(encoding="utf-8"))
    except OSError as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise ScaffoldError(f"{RECORD} {reason}", RESTORE) from None
    except ValueError as error:
        raise ScaffoldError(f"{RECORD} is damaged: {shown(str(error))}", RESTORE) from None


def _base_bytes(root: Path) -> bytes | None:
    try:
        return (root / BASE).read_bytes()
    except OSError:
        return None


def _tree_in(content: bytes) -> Tree:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > _LARGEST_BASE:
            raise ScaffoldError(f"{BASE} is larger than a project can be", RESTORE)
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
            raise zipfile.BadZipFile
        return {_safe(entry.filename): _file(archive, entry) for entry in entries}


def _file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> File:
    is_executable = bool(entry.external_attr >> 16 & 0o100)
    return File(archive.read(entry), Mode.EXECUTABLE if is_executable else Mode.PLAIN)


def _safe(name: str) -> str:
    """The path, which must be one inside the project, and not one of git's own or ours."""
    if not inside(name):
        raise ScaffoldError(f"{BASE} holds the path {shown(name)}", RESTORE)
    return name
