"""How the bodies of messages and results are written."""

from __future__ import annotations

from celery_scaffold.errors import ScaffoldError

JSON, MSGPACK, AUTH = "json", "msgpack", "auth"
# What each needs beside JSON: extras of the celery package (kombu/serialization.py, celery/security/__init__.py).
SERIALIZER_EXTRAS: dict[str, tuple[str, ...]] = {JSON: (), MSGPACK: ("msgpack",), AUTH: ("auth",)}
_WAY_OUT = (
    "serializer = json, and plain values as arguments: ids instead of objects, or what pydantic's "
    "model_dump(mode='json') makes; let the queues run empty before you deploy that"
)
_REFUSED = {
    "pickle": "reading a pickle runs whatever somebody who can write to the broker put there",
    "yaml": "it is slower than JSON by far, and a loader that is not the safe one runs code like pickle",
}


def refuse_dangerous(serializer: str) -> None:
    """Rule R23: refuse what would run code from a message.

    Raises:
        ScaffoldError: with the reason, and the way to migrate. Evidence: celery/platforms.py:852-905 does not even
            start as root with pickle.
    """
    if serializer in _REFUSED:
        raise ScaffoldError(f"R23: no serializer {serializer!r}: {_REFUSED[serializer]}", _WAY_OUT)
