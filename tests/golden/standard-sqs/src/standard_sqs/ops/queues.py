"""`queues`: what waits in each queue and what its tasks may take."""

from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from standard_sqs.app import app
from standard_sqs.ops.backlog import HEADERS, Backlog, Depths, read_depths
from standard_sqs.ops.console import DONE, FAILED, OperatorError, table, write, write_json
from standard_sqs.ops.deadline import Deadline, Question, connected
from standard_sqs.settings import EMBEDDED_BROKERS
from standard_sqs.topology import QUEUES, WorkQueue

DEPTH_HEADERS = ("queue", *HEADERS)
LIMIT_HEADERS = ("pool", "soft limit", "time limit", "drain", "grace", "priority", "rate")


@dataclass(frozen=True)
class QueueState:
    """A queue and what waits in it.

    Attributes:
        queue: the short name, as on the command line.
        name: the name on the broker.
        backlog: None when the broker does not have the queue yet.
    """

    queue: str
    name: str
    backlog: Backlog | None


def run(arguments: Namespace) -> int:
    """Print every queue with its limits."""
    refuse_embedded_broker()
    deadline = Deadline(arguments.timeout)
    depths = Question(ask_broker).answer(deadline)
    if depths.value is None:
        raise OperatorError(f"the broker: {depths.problem}", exit_code=FAILED)
    states = queue_states(depths.value)
    if arguments.json:
        write_json(as_json(states, depths.value))
    else:
        write(as_text(states, depths.value))
    return DONE


def refuse_embedded_broker() -> None:
    """Files and memory keep no account of what is delivered.

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


def queue_states(depths: Depths) -> tuple[QueueState, ...]:
    """What the broker said, for every queue of the topology."""
    backlogs = depths.backlogs
    return tuple(
        QueueState(queue.key, queue.name, backlogs.get(queue.name)) for queue in QUEUES.values()
    )


def depth_cells(state: QueueState) -> list[object]:
    """A row under `DEPTH_HEADERS`."""
    cells = state.backlog.cells() if state.backlog else [None] * len(HEADERS)
    return [state.queue, *cells]


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
