{% import "partials/python.jinja" as python with context %}
"""`create-queues`: the queues on Service Bus. It needs rights that workers do not."""

from argparse import Namespace

{{ python.import_own("ops.console", ["DONE", "FAILED", "OperatorError", "table", "write"]) }}
from {{ cookiecutter._project.package }}.ops.deadline import Deadline, Question
from {{ cookiecutter._project.package }}.ops.queues import refuse_embedded_broker
from {{ cookiecutter._project.package }}.settings import get_settings

# Seconds, for two requests a queue.
TIMEOUT = 300.0


def run(_: Namespace) -> int:
    """Make the queues and print them."""
    refuse_embedded_broker()
    answer = Question(_make).answer(Deadline(TIMEOUT))
    if answer.value is None:
        raise OperatorError(f"Service Bus: {answer.problem}", exit_code=FAILED)
    write(table(["queue", ""], sorted(answer.value.items())))
    return DONE


def _make() -> dict[str, str]:
    from {{ cookiecutter._project.package }}.reliability.namespace import management
    from {{ cookiecutter._project.package }}.reliability.queues import make_queues

    return make_queues(management(get_settings().broker_url.get_secret_value()))
