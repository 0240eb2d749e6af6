"""Whether results can be stored and read."""

from uuid import uuid4

from celery import Celery

from {{ cookiecutter._project.package }}.reliability.results import IMPATIENT


def round_trip(app: Celery) -> str:
    """Write, read and delete something: proves the {{ cookiecutter._backend.store }}, the rights and the way there."""
    backend = app.backend
    # This thread's own backend: it says what is wrong before anybody stops waiting for it.
    backend.client_config = IMPATIENT
    key = f"health-{uuid4()}"
    backend.set(key, key.encode())
    if backend.get(key) is None:
        raise ConnectionError("what was just written is not there")
    backend.delete(key)
    return "something was written, read and deleted"
