"""Names that end up in paths, Python identifiers, queue names and YAML: refused unless safe in all of them."""

from __future__ import annotations

import importlib.machinery
import keyword
import re
import sys

from celery_scaffold.errors import ScaffoldError

MINIMUM_LENGTH = 2
MAXIMUM_LENGTH = 40
_PROJECT = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_QUEUE = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")

# Top-level packages that the generated project installs or may install: a package of the same name
# would hide one of them. The running environment is asked as well, but it need not hold all of them.
INSTALLED_PACKAGES = frozenset(
    {
        "amqp",
        "billiard",
        "celery",
        "click",
        "dateutil",
        "dotenv",
        "flower",
        "greenlet",
        "kombu",
        "mypy",
        "packaging",
        "prompt_toolkit",
        "psycopg",
        "psycopg_binary",
        "pydantic",
        "pydantic_core",
        "pydantic_settings",
        "pytest",
        "redbeat",
        "redis",
        "ruff",
        "six",
        "sqlalchemy",
        "structlog",
        "tenacity",
        "tests",
        "typing_extensions",
        "tzdata",
        "tzlocal",
        "vine",
        "wcwidth",
        "yaml",
    },
)
# Windows refuses them as directory names, with any case.
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))})


def project_name(text: str) -> str:
    """Check the name of a project, which is also its directory.

    Args:
        text: 2 to 40 characters: lower-case letters, digits, single `-` or `_` between them.

    Returns:
        The same text.

    Raises:
        ScaffoldError: naming what is wrong with it.
    """
    _check(text, "project name", _PROJECT)
    package = text.replace("-", "_")
    package_name(package)
    return text


def package_name(text: str) -> str:
    """Check the import name of the generated package; raises ScaffoldError when it hides another package."""
    _check(text, "package name", re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"))
    if text in sys.stdlib_module_names:
        raise ScaffoldError(
            f"the package {text!r} would hide Python's own module {text!r}",
            f"choose another name, for example {text}-tasks",
        )
    if text in INSTALLED_PACKAGES or _is_importable(text):
        raise ScaffoldError(
            f"the package {text!r} would clash with an installed package of that name",
            f"choose another name, for example {text}-tasks",
        )
    return text


def queue_name(text: str) -> str:
    """Check the short name of a queue, which is also the name of its task module."""
    return _check(text, "queue name", _QUEUE)


def _check(text: str, what: str, pattern: re.Pattern[str]) -> str:
    shown = text if len(text) <= MAXIMUM_LENGTH else f"{text[:20]}…"
    if not MINIMUM_LENGTH <= len(text) <= MAXIMUM_LENGTH:
        raise ScaffoldError(
            f"the {what} {shown!r} is {len(text)} long",
            f"use {MINIMUM_LENGTH} to {MAXIMUM_LENGTH} characters",
        )
    if keyword.iskeyword(text) or keyword.issoftkeyword(text):
        raise ScaffoldError(f"the {what} {shown!r} is a Python keyword", f"for example {text}-jobs")
    if text in _RESERVED:
        raise ScaffoldError(f"the {what} {shown!r} is reserved on Windows", f"for example {text}-jobs")
    if not pattern.fullmatch(text):
        raise ScaffoldError(
            f"the {what} {shown!r} is not usable as a directory, a package and a queue at once",
            "lower-case letters and digits, words joined by single '-' or '_', a letter first",
        )
    return text


def _is_importable(package: str) -> bool:
    """Whether the environment this tool runs in has the package, without importing anything."""
    search = [entry for entry in sys.path if "site-packages" in entry or "dist-packages" in entry]
    return importlib.machinery.PathFinder.find_spec(package, search) is not None
