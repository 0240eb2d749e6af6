{% import "partials/python.jinja" as python with context %}
{% if cookiecutter._broker.remote_control %}
"""`health`: what is there and what is wrong; everyone is asked at once, in a bounded time."""
{% else %}
"""`health`: what is there and what is wrong, in a bounded time.

Nobody can be asked over {{ cookiecutter._broker.server }}: workers{{ " and beat" if cookiecutter._components.beat else "" }} stand here as
unknown, which is no fault. The probe in each container knows (deploy/docker/probe), and a queue
that only grows tells that nobody reads it.
"""
{% endif %}

from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TypeVar

from {{ cookiecutter._project.package }}.app import app
{% if cookiecutter._backend.stores_results %}
from {{ cookiecutter._project.package }}.ops.backend import round_trip
{% endif %}
from {{ cookiecutter._project.package }}.ops.backlog import Depths
{{ python.import_own("ops.console", ["DONE", "FAILED"] + (["PROGRAM"] if cookiecutter._broker.remote_control else []) + ["table", "write", "write_json"]) }}
{{ python.import_own("ops.deadline", ["Answer", "Deadline", "Question", "connected"]) }}
{{ python.import_own("ops.queues", ["DEPTH_HEADERS"] + (["REPLY_SHARE"] if cookiecutter._broker.remote_control else []) + ["QueueState", "ask_broker", "depth_cells", "queue_states", "refuse_embedded_broker"]) }}
{% if cookiecutter._broker.remote_control %}
{{ python.import_own("ops.workers", ["Worker"] + (["answering_beat"] if cookiecutter._components.beat else []) + ["answering_workers"]) }}
{% endif %}
from {{ cookiecutter._project.package }}.settings import ENV_PREFIX

T = TypeVar("T")

HINTS = {
    "broker": f"is it running, and is {ENV_PREFIX}BROKER_URL right?",
{% if cookiecutter._backend.reads_elsewhere %}
    "backend": f"is it running, and is {ENV_PREFIX}RESULT_BACKEND_URL right?",
{% elif cookiecutter._backend.stores_results %}
    "backend": "results are messages on the broker, and one did not come through",
{% endif %}
    "queues": "the broker answers, but not about its queues",
{% if cookiecutter._broker.remote_control %}
    "workers": f"start one: {PROGRAM} worker QUEUE",
{% if cookiecutter._components.beat %}
    "beat": f"start it: {PROGRAM} beat",
{% endif %}
{% endif %}
}
NOT_ASKED = "not asked: the broker does not answer"
{% if not cookiecutter._broker.remote_control %}
UNKNOWABLE = "nobody can be asked over {{ cookiecutter._broker.server }}: ask the probe in its container"
{% endif %}


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
{% if cookiecutter._broker.remote_control %}
    """What was found out; without queues and workers where the broker could not be asked."""
{% else %}
    """What was found out; without queues where the broker could not be asked."""
{% endif %}

    checks: dict[str, Check]
    depths: Depths
{% if cookiecutter._broker.remote_control %}
    workers: tuple[Worker, ...]
{% endif %}
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
{% if cookiecutter._broker.remote_control %}
    """Ask everyone at the same time; behind a broker that is gone nobody can answer."""
    window = deadline.timeout * REPLY_SHARE
{% else %}
    """Ask everyone at the same time."""
{% endif %}
    broker_asked = Question(_reach_broker)
{% if cookiecutter._backend.stores_results %}
    backend_asked = Question(lambda: round_trip(app))
{% endif %}
    depths_asked = Question(ask_broker)
{% if cookiecutter._broker.remote_control %}
    workers_asked = Question(lambda: answering_workers(app, window))
{% if cookiecutter._components.beat %}
    beat_asked = Question(lambda: answering_beat(app, window))
{% endif %}
{% endif %}
    checks = dict.fromkeys(HINTS, Check("unknown", NOT_ASKED))
    checks["broker"] = _check(broker_asked.answer(deadline), str)
{% if cookiecutter._backend.stores_results %}
    checks["backend"] = _check(backend_asked.answer(deadline), str)
{% endif %}
{% if cookiecutter._broker.remote_control %}
    if checks["broker"].status == "failed":
        return Observation(checks, Depths({}), (), ())
    depths = depths_asked.answer(deadline)
    workers = workers_asked.answer(deadline)
    checks["queues"] = _check(depths, lambda found: f"{len(found.backlogs)} on the broker")
    checks["workers"] = _check(workers, lambda found: f"{len(found)} answered")
{% if cookiecutter._components.beat %}
    checks["beat"] = _check(beat_asked.answer(deadline), str)
{% endif %}
    known = depths.value or Depths({})
    present = workers.value or ()
    return Observation(checks, known, present, queue_states(known, present))
{% else %}
    checks["workers"] = Check("unknown", UNKNOWABLE)
{% if cookiecutter._components.beat %}
    checks["beat"] = Check("unknown", UNKNOWABLE)
{% endif %}
    if checks["broker"].status == "failed":
        return Observation(checks, Depths({}), ())
    depths = depths_asked.answer(deadline)
    checks["queues"] = _check(depths, lambda found: f"{len(found.backlogs)} on the broker")
    known = depths.value or Depths({})
    return Observation(checks, known, queue_states(known))
{% endif %}


def find(observation: Observation) -> Iterator[Finding]:
{% if cookiecutter._broker.remote_control %}
    """What is wrong: a check that failed, a queue that nobody reads."""
{% else %}
    """What is wrong: a check that failed."""
{% endif %}
    for name, check in observation.checks.items():
        if check.status == "failed":
            yield Finding(name, check.detail, HINTS[name])
{% if cookiecutter._broker.remote_control %}
    if observation.checks["queues"].status != "ok" or observation.checks["workers"].status != "ok":
        return
    for state in observation.queues:
        hint = f"start one: {PROGRAM} worker {state.queue}"
        if state.backlog is None:
            yield Finding(f"queue {state.queue}", "the broker does not have it", hint)
        elif state.consumers == 0:
            yield Finding(f"queue {state.queue}", "no worker reads it", hint)
{% endif %}


def as_text(observation: Observation, findings: tuple[Finding, ...]) -> str:
    """The report for people."""
    checks = [
        [name, check.status, f"{check.seconds:.2f} s", check.detail]
        for name, check in observation.checks.items()
    ]
    parts = [table(["check", "status", "took", "detail"], checks)]
    if observation.queues:
{% if cookiecutter._broker.remote_control %}
        parts += [_queues_text(observation), _workers_text(observation.workers)]
{% else %}
        parts.append(_queues_text(observation))
{% endif %}
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
{% if cookiecutter._broker.remote_control %}
        "workers": [asdict(worker) for worker in observation.workers],
{% endif %}
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


{% if cookiecutter._broker.remote_control %}
def _workers_text(workers: tuple[Worker, ...]) -> str:
    rows = [[worker.name, ", ".join(worker.queues)] for worker in workers]
    return table(["worker", "reads"], rows) if rows else ""


{% endif %}
def _findings_text(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return "healthy"
    lines = [f"  {found.subject}: {found.problem}; {found.hint}" for found in findings]
    return "\n".join(["unhealthy:", *lines])
