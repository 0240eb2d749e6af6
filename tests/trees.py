"""Reading generated trees."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Made once by the hook, different each time by intention; and what ruff leaves in the golden trees, whose own
# configuration `make lint` follows.
MACHINE_LOCAL = (".env", ".git", ".ruff_cache")


def files_of(root: Path) -> dict[str, bytes]:
    """Every tracked file below a generated project: relative path → mode bit and content."""
    return {
        path.relative_to(root).as_posix(): bytes([path.stat().st_mode & 0o100 > 0]) + path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] not in MACHINE_LOCAL
    }


def digest(root: Path) -> str:
    """One digest of a generated project: paths, executable bits and contents."""
    whole = hashlib.sha256()
    for path, content in files_of(root).items():
        whole.update(path.encode() + b"\0" + hashlib.sha256(content).digest())
    return whole.hexdigest()
