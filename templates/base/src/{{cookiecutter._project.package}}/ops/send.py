{% import "partials/python.jinja" as python with context %}
"""`send`: publish one task from a shell, checked before it leaves."""

{% if cookiecutter._backend.stores_results %}
import json
{% endif %}
from argparse import Namespace
from typing import Any

{% if cookiecutter._backend.stores_results %}
from celery.exceptions import TimeoutError as NoResultError

{% endif %}
from {{ cookiecutter._project.package }}.app import app
{{ python.import_own("ops.console", ["DONE", "FAILED", "OperatorError"] + (["complain"] if cookiecutter._backend.stores_results else []) + ["nearest"] + (["one_line"] if cookiecutter._backend.stores_results else []) + ["queue_named", "write"]) }}
from {{ cookiecutter._project.package }}.ops.deadline import Deadline, Question, connected
{% if cookiecutter._broker.priorities %}
from {{ cookiecutter._project.package }}.topology import Priority
{% endif %}

# Seconds to connect and publish.
PUBLISH_TIMEOUT = 10.0


def run(arguments: Namespace) -> int:
    """Send the task and print its id."""
    task = _task_named(arguments.task)
    _check_signature(task, arguments)
    options = _options(arguments)
{% if cookiecutter._backend.stores_results %}
{% if cookiecutter._backend.stores_results and not cookiecutter._backend.reads_elsewhere %}
    # One thread sends and waits: with rpc:// a result comes back to the thread that sent the task.
{% endif %}
    deadline = Deadline(PUBLISH_TIMEOUT + (arguments.wait or 0))
{% else %}
    deadline = Deadline(PUBLISH_TIMEOUT)
{% endif %}
    answer = Question(lambda: _send(task, arguments, options)).answer(deadline)
    if answer.value is None:
        hint = "an id above means that the task was sent"
        raise OperatorError(answer.problem, hint, FAILED)
    return answer.value


def _send(task: Any, arguments: Namespace, options: dict[str, object]) -> int:
    with connected(app.connection_for_write()) as connection:
        result = task.apply_async(
            arguments.args,
            arguments.kwargs,
            connection=connection,
            retry=False,
            **options,
        )
    write(result.id)
{% if cookiecutter._backend.stores_results %}
    return _await(result, arguments.wait) if arguments.wait else DONE


def _await(result: Any, timeout: float) -> int:
    try:
        value = result.get(timeout=timeout, propagate=False)
    except NoResultError:
        complain(f"no result within {timeout:g} s; the task goes on")
        return FAILED
    if not result.successful():
        complain(f"{result.state}: {type(value).__name__}: {one_line(value)}")
        return FAILED
    # Celery's JSON carries dates, decimals and UUIDs as well.
    write(json.dumps(value, ensure_ascii=False, default=str))
{% endif %}
    return DONE


def _task_named(name: str) -> Any:
    app.loader.import_default_modules()
    task = app.tasks.get(name)
    if task is None:
        own = [known for known in app.tasks if not known.startswith("celery.")]
        raise OperatorError(f"there is no task {name!r}", nearest(name, own))
    return task


def _check_signature(task: Any, arguments: Namespace) -> None:
    try:
        task.__header__(*arguments.args, **arguments.kwargs)
    except TypeError as error:
        raise OperatorError(f"{task.name}: {error}", "see --args and --kwargs") from None


def _options(arguments: Namespace) -> dict[str, object]:
    options: dict[str, object] = {}
    if arguments.countdown is not None:
        options["countdown"] = arguments.countdown
    if arguments.queue is not None:
        queue = queue_named(arguments.queue)
        options |= {"queue": queue.name, "priority": queue.priority}
{% if cookiecutter._broker.priorities %}
    if arguments.priority is not None:
        options["priority"] = Priority[arguments.priority.upper()]
{% endif %}
{% if cookiecutter._backend.stores_results %}
    if arguments.wait is not None:
        options["ignore_result"] = False
{% endif %}
    return options
