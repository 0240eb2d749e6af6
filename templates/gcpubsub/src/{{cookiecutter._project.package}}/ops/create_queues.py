{% import "partials/python.jinja" as python with context %}
"""`create-queues`: topics and subscriptions, made or corrected. It needs rights workers lack."""

from argparse import Namespace

from {{ cookiecutter._project.package }}.app import app
{{ python.import_own("ops.console", ["DONE", "FAILED", "OperatorError", "table", "write"]) }}
from {{ cookiecutter._project.package }}.ops.deadline import Deadline, Question
from {{ cookiecutter._project.package }}.ops.queues import refuse_embedded_broker

# Seconds, for two requests a queue.
TIMEOUT = 300.0


def run(_: Namespace) -> int:
    """Make the queues and print their subscriptions."""
    refuse_embedded_broker()
    answer = Question(_make).answer(Deadline(TIMEOUT))
    if answer.value is None:
        raise OperatorError(f"Pub/Sub: {answer.problem}", exit_code=FAILED)
    write(table(["queue", "subscription"], sorted(answer.value.items())))
    return DONE


def _make() -> dict[str, str]:
    from {{ cookiecutter._project.package }}.reliability.transport import make_queues

    with app.connection_for_write() as connection:
        # No `connect()`, which fails as long as there are no queues.
        return make_queues(connection.transport.create_channel(connection.transport))
