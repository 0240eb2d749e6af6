{% import "partials/python.jinja" as python with context %}
"""`queues`: what waits in each queue{{ ", who reads it," if cookiecutter._broker.remote_control else "" }} and what its tasks may take."""

from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from {{ cookiecutter._project.package }}.app import app
{{ python.import_own("ops.backlog", ["HEADERS", "Backlog", "Depths", "read_depths"]) }}
{{ python.import_own("ops.console", ["DONE", "FAILED", "OperatorError", "table", "write", "write_json"]) }}
from {{ cookiecutter._project.package }}.ops.deadline import Deadline, Question, connected
{% if cookiecutter._broker.remote_control %}
from {{ cookiecutter._project.package }}.ops.workers import Worker, answering_workers
{% endif %}
from {{ cookiecutter._project.package }}.settings import EMBEDDED_BROKERS
from {{ cookiecutter._project.package }}.topology import QUEUES, WorkQueue

{% if cookiecutter._broker.remote_control %}
DEPTH_HEADERS = ("queue", *HEADERS, "consumers")
{% else %}
DEPTH_HEADERS = ("queue", *HEADERS)
{% endif %}
LIMIT_HEADERS = ("pool", "soft limit", "time limit", "drain", "grace", "priority", "rate")
{% if cookiecutter._broker.remote_control %}
# The share of the time that workers are given to answer; the rest is for connecting.
REPLY_SHARE = 0.4
{% endif %}


@dataclass(frozen=True)
class QueueState:
    """A queue{{ ", what waits in it and who reads it" if cookiecutter._broker.remote_control else " and what waits in it" }}.

    Attributes:
        queue: the short name, as on the command line.
        name: the name on the broker.
        backlog: None when the broker does not have the queue yet.
{% if cookiecutter._broker.remote_control %}
        consumers: as the broker counts them; where it does not, the workers that answered.
        workers: the node names of the workers that answered.
{% endif %}
    """

    queue: str
    name: str
    backlog: Backlog | None
{% if cookiecutter._broker.remote_control %}
    consumers: int
    workers: tuple[str, ...]
{% endif %}


def run(arguments: Namespace) -> int:
    """Print every queue with its limits."""
    refuse_embedded_broker()
    deadline = Deadline(arguments.timeout)
{% if cookiecutter._broker.remote_control %}
    depths_asked = Question(ask_broker)
    workers_asked = Question(lambda: answering_workers(app, deadline.timeout * REPLY_SHARE))
    depths = depths_asked.answer(deadline)
{% else %}
    depths = Question(ask_broker).answer(deadline)
{% endif %}
    if depths.value is None:
        raise OperatorError(f"the broker: {depths.problem}", exit_code=FAILED)
{% if cookiecutter._broker.remote_control %}
    states = queue_states(depths.value, workers_asked.answer(deadline).value or ())
{% else %}
    states = queue_states(depths.value)
{% endif %}
    if arguments.json:
        write_json(as_json(states, depths.value))
    else:
        write(as_text(states, depths.value))
    return DONE


def refuse_embedded_broker() -> None:
{% if cookiecutter._broker.remote_control %}
    """Files and memory keep no account of what is delivered, and nobody answers there.
{% else %}
    """Files and memory keep no account of what is delivered.
{% endif %}

    This also loads the configuration, which must not happen in several threads at once.
    """
    if app.conf.broker_url.startswith(EMBEDDED_BROKERS):
        raise OperatorError(
            "the embedded broker has no queues to look into",
            "set the broker's URL to a server's, see .env.example",
        )


def ask_broker() -> Depths:
    """Ask the broker about every queue of the topology."""
    with connected(app.connection_for_read()) as connection:
        return read_depths(connection, [queue.name for queue in QUEUES.values()])


{% if cookiecutter._broker.remote_control %}
def queue_states(depths: Depths, workers: Iterable[Worker]) -> tuple[QueueState, ...]:
    """Bring together what the broker and the workers said."""
    answered = tuple(workers)
    return tuple(_state(queue, depths, answered) for queue in QUEUES.values())
{% else %}
def queue_states(depths: Depths) -> tuple[QueueState, ...]:
    """What the broker said, for every queue of the topology."""
    backlogs = depths.backlogs
    return tuple(
        QueueState(queue.key, queue.name, backlogs.get(queue.name)) for queue in QUEUES.values()
    )
{% endif %}


def depth_cells(state: QueueState) -> list[object]:
    """A row under `DEPTH_HEADERS`."""
    cells = state.backlog.cells() if state.backlog else [None] * len(HEADERS)
{% if cookiecutter._broker.remote_control %}
    return [state.queue, *cells, state.consumers]
{% else %}
    return [state.queue, *cells]
{% endif %}


def as_text(states: Iterable[QueueState], depths: Depths) -> str:
    """The table for people."""
    rows = [[*depth_cells(state), *_limit_cells(QUEUES[state.queue])] for state in states]
    return "\n".join([table([*DEPTH_HEADERS, *LIMIT_HEADERS], rows), "", *depths.notes()])


def as_json(states: Iterable[QueueState], depths: Depths) -> dict[str, object]:
    """The same facts for programs."""
    return {
        "queues": [{**asdict(state), "limits": _limits(QUEUES[state.queue])} for state in states],
        **depths.facts(),
    }


{% if cookiecutter._broker.remote_control %}
def _state(queue: WorkQueue, depths: Depths, workers: tuple[Worker, ...]) -> QueueState:
    backlog = depths.backlogs.get(queue.name)
    readers = tuple(worker.name for worker in workers if queue.name in worker.queues)
    counted = backlog.consumers if backlog else None
    return QueueState(
        queue=queue.key,
        name=queue.name,
        backlog=backlog,
        consumers=len(readers) if counted is None else counted,
        workers=readers,
    )


{% endif %}
def _limits(queue: WorkQueue) -> dict[str, object]:
    return {**asdict(queue), "priority": queue.priority.name.lower()}


def _limit_cells(queue: WorkQueue) -> list[object]:
    return [
        f"{queue.pool} x {queue.concurrency}",
        f"{queue.soft_time_limit} s",
        f"{queue.time_limit} s",
        f"{queue.drain_timeout} s",
        f"{queue.stop_grace_period} s",
        queue.priority.name.lower(),
        queue.rate_limit,
    ]
