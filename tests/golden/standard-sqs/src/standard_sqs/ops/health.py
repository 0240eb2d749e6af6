"""`health`: what is there and what is wrong, in a bounded time.

Nobody can be asked over Amazon SQS: workers and beat stand here as
unknown, which is no fault. The probe in each container knows (deploy/docker/probe), and a queue
that only grows tells that nobody reads it.
"""

from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TypeVar

from standard_sqs.app import app
from standard_sqs.ops.backend import round_trip
from standard_sqs.ops.backlog import Depths
from standard_sqs.ops.console import DONE, FAILED, table, write, write_json
from standard_sqs.ops.deadline import Answer, Deadline, Question, connected
from standard_sqs.ops.queues import (
    DEPTH_HEADERS,
    QueueState,
    ask_broker,
    depth_cells,
    queue_states,
    refuse_embedded_broker,
)
from standard_sqs.settings import ENV_PREFIX

T = TypeVar("T")

HINTS = {
    "broker": f"is it running, and is {ENV_PREFIX}BROKER_URL right?",
    "backend": f"is it running, and is {ENV_PREFIX}RESULT_BACKEND_URL right?",
    "queues": "the broker answers, but not about its queues",
}
NOT_ASKED = "not asked: the broker does not answer"
UNKNOWABLE = "nobody can be asked over Amazon SQS: ask the probe in its container"


@dataclass(frozen=True)
class Check:
    """One server or group of processes.

    Attributes:
        status: `ok`, `failed`, or `unknown` where the broker could not be asked.
        detail: what answered, or the problem.
        seconds: how long the answer took.
    """

    status: str
    detail: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, and what to do about it."""

    subject: str
    problem: str
    hint: str


@dataclass(frozen=True)
class Observation:
    """What was found out; without queues where the broker could not be asked."""

    checks: dict[str, Check]
    depths: Depths
    queues: tuple[QueueState, ...]


def run(arguments: Namespace) -> int:
    """Print what is there and what is wrong."""
    refuse_embedded_broker()
    deadline = Deadline(arguments.timeout)
    observation = observe(deadline)
    findings = tuple(find(observation))
    if arguments.json:
        write_json(as_json(observation, findings, deadline.elapsed))
    else:
        write(as_text(observation, findings))
    return FAILED if findings else DONE


def observe(deadline: Deadline) -> Observation:
    """Ask everyone at the same time."""
    broker_asked = Question(_reach_broker)
    backend_asked = Question(lambda: round_trip(app))
    depths_asked = Question(ask_broker)
    checks = dict.fromkeys(HINTS, Check("unknown", NOT_ASKED))
    checks["broker"] = _check(broker_asked.answer(deadline), str)
    checks["backend"] = _check(backend_asked.answer(deadline), str)
    checks["workers"] = Check("unknown", UNKNOWABLE)
    checks["beat"] = Check("unknown", UNKNOWABLE)
    if checks["broker"].status == "failed":
        return Observation(checks, Depths({}), ())
    depths = depths_asked.answer(deadline)
    checks["queues"] = _check(depths, lambda found: f"{len(found.backlogs)} on the broker")
    known = depths.value or Depths({})
    return Observation(checks, known, queue_states(known))


def find(observation: Observation) -> Iterator[Finding]:
    """What is wrong: a check that failed."""
    for name, check in observation.checks.items():
        if check.status == "failed":
            yield Finding(name, check.detail, HINTS[name])


def as_text(observation: Observation, findings: tuple[Finding, ...]) -> str:
    """The report for people."""
    checks = [
        [name, check.status, f"{check.seconds:.2f} s", check.detail]
        for name, check in observation.checks.items()
    ]
    parts = [table(["check", "status", "took", "detail"], checks)]
    if observation.queues:
        parts.append(_queues_text(observation))
    parts.append(_findings_text(findings))
    return "\n\n".join(part for part in parts if part)


def as_json(
    observation: Observation, findings: tuple[Finding, ...], elapsed: float
) -> dict[str, object]:
    """The same facts for programs."""
    return {
        "healthy": not findings,
        "seconds": round(elapsed, 3),
        "checks": {name: asdict(check) for name, check in observation.checks.items()},
        "queues": [asdict(state) for state in observation.queues],
        **observation.depths.facts(),
        "findings": [asdict(finding) for finding in findings],
    }


def _reach_broker() -> str:
    with connected(app.connection_for_read()) as connection:
        return str(connection.as_uri())  # as_uri leaves the password out


def _check(answer: Answer[T], describe: Callable[[T], str]) -> Check:
    took = round(answer.seconds, 3)
    if answer.value is None:
        return Check("failed", answer.problem, took)
    return Check("ok", describe(answer.value), took)


def _queues_text(observation: Observation) -> str:
    rows = [depth_cells(state) for state in observation.queues]
    return "\n".join([table(DEPTH_HEADERS, rows), "", *observation.depths.notes()])


def _findings_text(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return "healthy"
    lines = [f"  {found.subject}: {found.problem}; {found.hint}" for found in findings]
    return "\n".join(["unhealthy:", *lines])
