"""Whether results can be stored and read."""

from uuid import uuid4

from celery import Celery

from standard_sqs.reliability.results import IMPATIENT


def round_trip(app: Celery) -> str:
    """Write, read and delete a blob: proves the container, the identity's rights and the way."""
    backend = app.backend
    # This thread's own backend: it says what is wrong before anybody stops waiting for it.
    backend.client_config = IMPATIENT
    key = f"health-{uuid4()}"
    backend.set(key, key)
    if backend.get(key) is None:
        raise ConnectionError("the blob that was just written is not there")
    backend.delete(key)
    return "a blob was written, read and deleted"
