"""Whether results can be stored and read."""

from uuid import uuid4

from celery import Celery

_LIFETIME = 60


def round_trip(app: Celery) -> str:
    """Write, read and delete a key: that a port answers does not mean that it keeps anything."""
    client = app.backend.client
    key = f"health-{uuid4()}"
    client.set(key, key, _LIFETIME)
    if client.get(key) is None:
        raise ConnectionError("the key that was just written is not there")
    client.delete(key)
    return "a key was written, read and deleted"
