"""`health`: what is there and what is wrong; everyone is asked at once, in a bounded time."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TypeVar

from full_redis.app import app
from full_redis.ops.backend import round_trip
from full_redis.ops.backlog import Depths
from full_redis.ops.console import DONE, FAILED, PROGRAM, table, write, write_json
from full_redis.ops.deadline import Answer, Deadline, Question, connected
from full_redis.ops.queues import (
    DEPTH_HEADERS,
    REPLY_SHARE,
    QueueState,
    ask_broker,
    depth_cells,
    queue_states,
    refuse_embedded_broker,
)
from full_redis.ops.workers import Worker, answering_beat, answering_workers
from full_redis.settings import ENV_PREFIX

T = TypeVar("T")

HINTS = {
    "broker": f"is it running, and is {ENV_PREFIX}BROKER_URL right?",
    "backend": f"is it running, and is {ENV_PREFIX}RESULT_BACKEND_URL right?",
    "queues": "the broker answers, but not about its queues",
    "workers": f"start one: {PROGRAM} worker QUEUE",
    "beat": f"start it: {PROGRAM} beat",
}
NOT_ASKED = "not asked: the broker does not answer"


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
    """What was found out; without queues and workers where the broker could not be asked."""

    checks: dict[str, Check]
    depths: Depths
    workers: tuple[Worker, ...]
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
    """Ask everyone at the same time; behind a broker that is gone nobody can answer."""
    window = deadline.timeout * REPLY_SHARE
    broker_asked = Question(_reach_broker)
    backend_asked = Question(lambda: round_trip(app))
    depths_asked = Question(ask_broker)
    workers_asked = Question(lambda: answering_workers(app, window))
    beat_asked = Question(lambda: answering_beat(app, window))
    checks = dict.fromkeys(HINTS, Check("unknown", NOT_ASKED))
    checks["broker"] = _check(broker_asked.answer(deadline), str)
    checks["backend"] = _check(backend_asked.answer(deadline), str)
    if checks["broker"].status == "failed":
        return Observation(checks, Depths({}), (), ())
    depths = depths_asked.answer(deadline)
    workers = workers_asked.answer(deadline)
    checks["queues"] = _check(depths, lambda found: f"{len(found.backlogs)} on the broker")
    checks["workers"] = _check(workers, lambda found: f"{len(found)} answered")
    checks["beat"] = _check(beat_asked.answer(deadline), str)
    known = depths.value or Depths({})
    present = workers.value or ()
    return Observation(checks, known, present, queue_states(known, present))


def find(observation: Observation) -> Iterator[Finding]:
    """What is wrong: a check that failed, a queue that nobody reads."""
    for name, check in observation.checks.items():
        if check.status == "failed":
            yield Finding(name, check.detail, HINTS[name])
    if observation.checks["queues"].status != "ok" or observation.checks["workers"].status != "ok":
        return
    for state in observation.queues:
        hint = f"start one: {PROGRAM} worker {state.queue}"
        if state.backlog is None:
            yield Finding(f"queue {state.queue}", "the broker does not have it", hint)
        elif state.consumers == 0:
            yield Finding(f"queue {state.queue}", "no worker reads it", hint)


def as_text(observation: Observation, findings: tuple[Finding, ...]) -> str:
    """The report for people."""
    checks = [
        [name, check.status, f"{check.seconds:.2f} s", check.detail]
        for name, check in observation.checks.items()
    ]
    parts = [table(["check", "status", "took", "detail"], checks)]
    if observation.queues:
        parts += [_queues_text(observation), _workers_text(observation.workers)]
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
        "workers": [asdict(worker) for worker in observation.workers],
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


def _workers_text(workers: tuple[Worker, ...]) -> str:
    rows = [[worker.name, ", ".join(worker.queues)] for worker in workers]
    return table(["worker", "reads"], rows) if rows else ""


def _findings_text(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return "healthy"
    lines = [f"  {found.subject}: {found.problem}; {found.hint}" for found in findings]
    return "\n".join(["unhealthy:", *lines])
