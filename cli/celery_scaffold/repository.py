"""A repository of git's for one merge, written by hand: each program that writes one would be a process more."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_CONFIGURATION = """\
[core]
repositoryformatversion = 0
bare = true
[merge]
conflictStyle = zdiff3
renames = false
"""
# Nobody's, and of no time: the commits are gone when the merge is done.
_SIGNATURE = "celery-scaffold <> 0 +0000"


def write_repository(directory: Path, base: Sequence[bytes], sides: Mapping[str, Sequence[bytes]]) -> None:
    """A bare repository with a commit and its children, each a branch; the files are called 0, 1, 2 and so on.

    Args:
        directory: an empty one.
        base: the contents of the files in the first commit.
        sides: name of a branch → the contents in a child of it.
    """
    for folder in ("objects/info", "objects/pack", "refs/heads", "info"):
        (directory / folder).mkdir(parents=True)
    (directory / "HEAD").write_text("ref: refs/heads/none\n")
    (directory / "config").write_text(_CONFIGURATION)
    (directory / "info" / "attributes").write_text("* merge=text -text\n")
    parent = _commit(directory, base, "")
    for name, contents in sides.items():
        commit = _commit(directory, contents, f"parent {parent}\n")
        (directory / "refs" / "heads" / name).write_text(f"{commit}\n")


def _commit(directory: Path, contents: Sequence[bytes], parent: str) -> str:
    blobs = {str(number).encode(): _store(directory, "blob", content) for number, content in enumerate(contents)}
    rows = (b"100644 %b\0%b" % (name, bytes.fromhex(blobs[name])) for name in sorted(blobs))
    tree = _store(directory, "tree", b"".join(rows))
    text = f"tree {tree}\n{parent}author {_SIGNATURE}\ncommitter {_SIGNATURE}\n\n"
    return _store(directory, "commit", text.encode())


def _store(directory: Path, kind: str, content: bytes) -> str:
    """A loose object; its name (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects)."""
    whole = f"{kind} {len(content)}\0".encode() + content
    name = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    place = directory / "objects" / name[:2] / name[2:]
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(zlib.compress(whole, 1))
    return name
