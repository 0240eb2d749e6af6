"""A secret that is put where secrets are, and the search for it everywhere else."""

from __future__ import annotations

import os
import subprocess
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = b"c4n4ry-7d1f"
# What a shell or a CI job may have set; none of it is for the tool.
ENVIRONMENT = {
    name: f"{CANARY.decode()}-{name.lower()}"
    for name in (
        "SHOP_BROKER_URL",
        "SHOP_RESULT_BACKEND_URL",
        "REDIS_PASSWORD",
        "RABBITMQ_PASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "UNRELATED",
    )
}


def with_secrets(dotenv: bytes) -> bytes:
    """An environment file whose every value is the canary."""
    lines = [line.partition(b"=") for line in dotenv.splitlines()]
    return b"".join(name + equals + (CANARY if equals else b"") + b"\n" for name, equals, _ in lines)


def places(root: Path) -> set[str]:
    """Where below a directory the canary is: in names, bytes, zlib streams and the objects of git repositories."""
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if _is_in(path)}
    return found | {f"{path.relative_to(root).as_posix()}: an object" for path in _repositories(root) if _in_git(path)}


def _is_in(path: Path) -> bool:
    if CANARY in os.fsencode(path.name):
        return True
    if path.is_symlink():
        return CANARY in os.fsencode(path.readlink())
    content = path.read_bytes() if path.is_file() else b""
    return CANARY in content or CANARY in _inflated(content)


def _inflated(content: bytes) -> bytes:
    """A loose object of git's, as far as it goes."""
    try:
        return zlib.decompressobj().decompress(content)
    except zlib.error:
        return b""


def _repositories(root: Path) -> Iterator[Path]:
    for head in root.rglob("HEAD"):
        if (head.parent / "objects").is_dir():
            yield head.parent


def _in_git(repository: Path) -> bool:
    """In any object, packed or loose, whether something refers to it or not."""
    said = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch"],
        env={**os.environ, "GIT_DIR": str(repository)},
        capture_output=True,
        check=True,
    )
    return CANARY in said.stdout
