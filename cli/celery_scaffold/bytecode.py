"""Jinja's compiled templates, kept between runs in one file: compiling dominates a render (99 ms of 100)."""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2.bccache import BytecodeCache
from jinja2.ext import Extension

from celery_scaffold import __version__, interrupts

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.bccache import Bucket


# Then it is begun anew: entries of other projects and of edited templates add up.
_LARGEST = 8_000_000


class TemplateCache(BytecodeCache):
    """Compiled templates by their source, not by their path: staged templates live in a new directory each time.

    The file is a cache in the user's cache directory. It is read only if it belongs to this user, and a damaged,
    missing or unwritable one costs a compilation, never an error.
    """

    def __init__(self, compiled: dict[str, bytes]) -> None:
        """Start from what an earlier run compiled: last part of the name and digest of a template → its bytecode."""
        self._compiled = compiled
        self._changed = False

    @classmethod
    def load(cls) -> TemplateCache:
        """The cache of this tool, Python and Jinja; empty when there is none that can be trusted."""
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
            raw = _read_own(_cache_file())
            compiled = marshal.loads(raw)
            if isinstance(compiled, dict):
                return cls(compiled)
        return cls({})

    def save(self) -> None:
        """Write what was compiled anew, in one rename; an unwritable cache directory is ignored."""
        if not self._changed:
            return
        with contextlib.suppress(OSError), interrupts.held():
            target = _cache_file()
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, temporary = tempfile.mkstemp(dir=target.parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(marshal.dumps(self._compiled))
            Path(temporary).replace(target)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja asks for a template."""
        compiled = self._compiled.get(bucket.key + bucket.checksum)
        if compiled is not None:
            # Not `bucket.load_bytecode`: reading from a file object takes seven times as long as from bytes.
            with contextlib.suppress(ValueError, EOFError, TypeError):
                bucket.code = marshal.loads(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Jinja has compiled a template."""
        self._compiled[bucket.key + bucket.checksum] = marshal.dumps(bucket.code)
        self._changed = True

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002  Jinja passes it
        """The last part of the name: what comes before it is the package's name, and only errors would show it.

        Most templates are then compiled once for all projects. The file name is that of a temporary directory.
        """
        return name.rpartition("/")[2]

    def get_source_checksum(self, source: str) -> str:
        """A digest without collisions, since the name may be that of another project's template."""
        return hashlib.sha256(source.encode()).hexdigest()


class PlainStrings(Extension):
    """Leaves paths as they are: cookiecutter makes a template of every path it meets, absolute ones included.

    An absolute path holds what the user called a directory, which is data: a directory named `{{ … }}` would be run.
    The only path of ours with an expression is the project folder, and that one is relative. What has no expression is
    spared its compilation.
    """

    def __init__(self, environment: Environment) -> None:
        """Take the place of the environment's `from_string`."""
        super().__init__(environment)
        self._compiled = environment.from_string
        environment.from_string = self._from_string  # type: ignore[method-assign, assignment]

    def _from_string(self, source: Any, *arguments: Any) -> Any:
        if isinstance(source, str) and (Path(source).is_absolute() or not any(mark in source for mark in "{\r\n")):
            return _Plain(source)
        return self._compiled(source, *arguments)


class _Plain:
    """What cookiecutter uses of a template."""

    def __init__(self, text: str) -> None:
        self._text = text

    def render(self, **_: object) -> str:
        return self._text


def _cache_file() -> Path:
    """Where the cache is; a location that is not absolute is ignored, as the XDG specification asks.

    Raises:
        OSError: there is no home that it could be in.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        base = Path(os.path.expanduser("~/.cache"))  # noqa: PTH111  pathlib raises RuntimeError without a home
    if not base.is_absolute():
        raise OSError("no absolute cache directory")
    release = f"{__version__}-{sys.implementation.cache_tag}-{jinja2.__version__}"
    return base / "celery-scaffold" / f"templates-{release}.bin"


def _read_own(path: Path) -> bytes:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
            raise ValueError("somebody else could have written it")
        if status.st_size > _LARGEST:
            raise ValueError("too large to be ours")
        return file.read()
