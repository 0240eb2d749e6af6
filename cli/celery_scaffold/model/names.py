"""Names that end up in paths, Python identifiers, queue names and YAML: refused unless safe in all of them."""

from __future__ import annotations

import keyword
import re
import sys

from celery_scaffold.errors import ScaffoldError

MINIMUM_LENGTH = 2
MAXIMUM_LENGTH = 40
_PROJECT = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_QUEUE = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a generated project depends on, directly or not, on any Python and system; `tests/model/test_names.py` derives
# both lists from the dependencies. The running environment is not asked: the same name is good or bad everywhere.
# Distributions: a project of that name would depend on itself.
DISTRIBUTIONS = _words("""
amqp annotated-types anyio ast-serialize async-timeout azure-core azure-identity azure-servicebus
azure-storage-blob billiard boto3
botocore celery celery-redbeat certifi cffi charset-normalizer click click-didyoumean click-plugins click-repl
colorama cryptography exceptiongroup greenlet idna iniconfig isodate jmespath kombu librt msal msal-extensions msgpack
mypy
mypy-extensions packaging pathspec pluggy prompt-toolkit psycopg psycopg-binary pycparser pydantic pydantic-core
pydantic-settings pygments pyjwt pytest python-dateutil python-dotenv redis requests ruff s3transfer six sqlalchemy
structlog tenacity tomli typing-extensions typing-inspection tzdata tzlocal urllib3 vine watchfiles wcwidth
""") | _words("""
cffi cryptography dnspython pycparser pycurl pymemcache pymongo pymysql
google-api-core google-auth google-cloud-core google-cloud-monitoring google-cloud-pubsub google-cloud-storage
google-crc32c google-resumable-media googleapis-common-protos grpc-google-iam-v1
grpcio grpcio-status opentelemetry-api opentelemetry-sdk opentelemetry-semantic-conventions proto-plus protobuf pyasn1
orjson pgmq psycopg-pool pyasn1-modules
""")
# Top-level packages: one of the same name would hide it. The last ones are the project's own, or brought by its users.
PACKAGES = _words("""
amqp annotated_types anyio ast_serialize async_timeout azure billiard boto3 botocore celery certifi cffi
charset_normalizer click click_didyoumean click_plugins click_repl colorama cryptography dateutil dotenv
exceptiongroup greenlet idna iniconfig isodate jmespath jwt kombu librt msal msal_extensions msgpack mypy
mypy_extensions
mypyc packaging pathspec pluggy prompt_toolkit psycopg psycopg_binary py pycparser pydantic pydantic_core
pydantic_settings pygments pytest redbeat redis requests ruff s3transfer six sqlalchemy structlog tenacity tomli
typing_extensions typing_inspection tzdata tzlocal urllib3 vine watchfiles wcwidth tests flower yaml
""") | _words("""
bson cffi cryptography curl dns google google_crc32c gridfs grpc grpc_status opentelemetry proto
orjson pgmq psycopg_pool pyasn1 pyasn1_modules pycparser pycurl pymemcache pymongo pymysql
""")
# Modules of Python that not every supported version has.
_MODULES = _words("""
aifc annotationlib asynchat asyncore audioop binhex cgi cgitb chunk compression crypt distutils imghdr imp lib2to3
mailcap msilib nis nntplib ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib tomllib uu xdrlib
""")
# A soft keyword since 3.12.
_KEYWORDS = frozenset({"type"})
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
    package_name(text.replace("-", "_"))
    if text.replace("_", "-") in DISTRIBUTIONS:
        raise ScaffoldError(
            f"the project {text!r} would have the name of a distribution it depends on",
            f"choose another name, for example {text}-tasks",
        )
    return text


def package_name(text: str) -> str:
    """Check the import name of the generated package; raises ScaffoldError when it hides another package."""
    _check(text, "package name", re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"))
    if text in sys.stdlib_module_names or text in _MODULES:
        raise ScaffoldError(
            f"the package {text!r} would hide Python's own module {text!r}",
            f"choose another name, for example {text}-tasks",
        )
    if text in PACKAGES:
        raise ScaffoldError(
            f"the package {text!r} would clash with an installed package of that name",
            f"choose another name, for example {text}-tasks",
        )
    return text


def queue_name(text: str) -> str:
    """Check the short name of a queue, which is also the name of its task module."""
    return _check(text, "queue name", _QUEUE)


def schedule_name(text: str) -> str:
    """Check the name of a schedule, which is also a table in the answers file."""
    return _check(text, "schedule name", _QUEUE)


def _check(text: str, what: str, pattern: re.Pattern[str]) -> str:
    shown = text if len(text) <= MAXIMUM_LENGTH else f"{text[:20]}…"
    if not MINIMUM_LENGTH <= len(text) <= MAXIMUM_LENGTH:
        raise ScaffoldError(
            f"the {what} {shown!r} is {len(text)} long",
            f"use {MINIMUM_LENGTH} to {MAXIMUM_LENGTH} characters",
        )
    if keyword.iskeyword(text) or keyword.issoftkeyword(text) or text in _KEYWORDS:
        raise ScaffoldError(f"the {what} {shown!r} is a Python keyword", f"for example {text}-jobs")
    if text in _RESERVED:
        raise ScaffoldError(f"the {what} {shown!r} is reserved on Windows", f"for example {text}-jobs")
    if not pattern.fullmatch(text):
        raise ScaffoldError(
            f"the {what} {shown!r} is not usable as a directory, a package and a queue at once",
            "lower-case letters and digits, words joined by single '-' or '_', a letter first",
        )
    return text
