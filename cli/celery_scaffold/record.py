"""What a generated project remembers: the pristine tree it was rendered as, and by which version of the tool.

`celery-scaffold.toml` (the answers) is part of the rendered tree itself. `.celery-scaffold/base.zip` is the merge base
of later updates, so that those need neither the network, nor an old version of the tool, nor git history.
"""

from __future__ import annotations

import hashlib
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from celery_scaffold import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FOLDER = ".celery-scaffold"
ANSWERS_FILE = "celery-scaffold.toml"
# Zip cannot say "no date"; this is the earliest it can hold.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_RECORD_FORMAT = 1


def base_of(tree: Path, paths: Iterable[str]) -> bytes:
    """The pristine tree as a zip file: sorted, undated and stored, so that the same tree gives the same bytes.

    Stored rather than deflated: zlib's output differs between builds, and git compresses the file anyway.

    Args:
        tree: the root of the rendered project.
        paths: what was rendered, relative to the root; what the hook made (`.env`, `.git`) is not among them.
    """
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(paths):
            path = tree / name
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
            archive.writestr(entry, path.read_bytes())
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


def write_record(tree: Path, paths: Iterable[str], template: bytes, destination: Path) -> None:
    """Write the record of the rendered paths of a tree below a destination, usually the tree itself."""
    base = base_of(tree, paths)
    folder = destination / FOLDER
    folder.mkdir()
    (folder / "base.zip").write_bytes(base)
    (folder / "record.toml").write_text(record_of(base, template), encoding="utf-8")
