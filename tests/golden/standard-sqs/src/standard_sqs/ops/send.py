"""`send`: publish one task from a shell, checked before it leaves."""

import json
from argparse import Namespace
from typing import Any

from celery.exceptions import TimeoutError as NoResultError

from standard_sqs.app import app
from standard_sqs.ops.console import (
    DONE,
    FAILED,
    OperatorError,
    complain,
    nearest,
    one_line,
    queue_named,
    write,
)
from standard_sqs.ops.deadline import Deadline, Question, connected

# Seconds to connect and publish.
PUBLISH_TIMEOUT = 10.0


def run(arguments: Namespace) -> int:
    """Send the task and print its id."""
    task = _task_named(arguments.task)
    _check_signature(task, arguments)
    options = _options(arguments)
    deadline = Deadline(PUBLISH_TIMEOUT + (arguments.wait or 0))
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
    if arguments.wait is not None:
        options["ignore_result"] = False
    return options
