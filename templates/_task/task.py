{% import "partials/python.jinja" as python with context %}
"""The task `{{ task.function }}` of the queue `{{ task.queue }}`."""

import logging

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.base_task import BaseTask

logger = logging.getLogger(__name__)


@app.task(
    # The queue follows from the name, and from the queue all limits: topology.py.
    name="{{ task.name }}",
    # What may be gone at the next attempt: add the errors of the clients that this task uses.
    autoretry_for=BaseTask.autoretry_for,
)
def {{ task.function }}(reference: str) -> str:
    """Do the work for one thing, and return its reference. This is a beginning: replace it.

    It may run twice: after a crash nobody knows how far it got. So look first whether the work for
    this reference is done already, and let what you write bear it: a unique key, an upsert, the
    idempotency key of a service.
    """
    logger.info("working on %s", reference)
    return reference
