{% import "partials/python.jinja" as python with context %}
"""`create-queues`: PGMQ and the queues, where they are missing. It needs rights workers do not."""

from argparse import Namespace

from {{ cookiecutter._project.package }}.app import app
{{ python.import_own("ops.console", ["DONE", "FAILED", "OperatorError", "write"]) }}
from {{ cookiecutter._project.package }}.ops.deadline import Deadline, Question, connected
from {{ cookiecutter._project.package }}.ops.queues import refuse_embedded_broker
from {{ cookiecutter._project.package }}.topology import queue_names

# Seconds, for a few tables a queue.
TIMEOUT = 60.0


def run(_: Namespace) -> int:
    """Make what is missing and print what there is."""
    refuse_embedded_broker()
    answer = Question(_make).answer(Deadline(TIMEOUT))
    if answer.value is None:
        raise OperatorError(f"PostgreSQL: {answer.problem}", exit_code=FAILED)
    write(answer.value)
    return DONE


def _make() -> str:
    # Connecting makes them, if the user of the URL may.
    with connected(app.connection_for_write()) as connection:
        return "\n".join(["these are there:", *queue_names(), f"on {connection.as_uri()}"])
