"""The rules that the answers alone can break: errors are refused, warnings shown until they are accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.model.capabilities import Topic
from celery_scaffold.model.queues import Pool, Priority
from celery_scaffold.model.rules.asked_clouds import CLOUD_RULES
from celery_scaffold.model.rules.rule import Case, Handling, Rule, Severity
from celery_scaffold.model.serializers import AUTH
from celery_scaffold.model.verdicts import Proof, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds; above it a redelivery after a crash is felt by people.
_LONG_DELAY = 3600
_DAY = 86_400
# Seconds that SQS delays a message by itself; beyond it the message sits in a worker.
_SQS_DELAY = 900
# PostgreSQL's `max_connections` of 100, less those that it keeps for superusers.
_CONNECTIONS = 97


def _error(id_: str, breaks: Callable[[Case], bool], problem: str, remedy: str, evidence: str) -> Rule:
    return Rule(id_, Severity.ERROR, Handling.REFUSED, breaks, problem, remedy, evidence)


def _warning(id_: str, breaks: Callable[[Case], bool], problem: str, remedy: str, evidence: str) -> Rule:
    return Rule(id_, Severity.WARNING, Handling.WARNED, breaks, problem, remedy, evidence)


# --- conditions ----------------------------------------------------------------------------------------


def _visibility_too_long(case: Case) -> bool:
    longest = case.project.broker.can(Topic.LONGEST_VISIBILITY)
    timeouts = map(case.project.visibility_timeout, case.project.queues)
    return isinstance(longest, int) and max(timeouts) > longest


def _name_too_long(case: Case) -> bool:
    project, longest = case.project, case.project.broker.longest_queue_name
    names = [*map(project.full_queue_name, project.queues), project.dead_letter_queue]
    return longest > 0 and max(map(len, names)) > longest


def _body_after_expiry(case: Case) -> bool:
    """Whether the last task of a header may end when the results of the others are gone."""
    project, timing = case.project, case.timing
    tries = project.max_attempts * timing.longest_time_limit + (project.max_attempts - 1) * timing.retry_backoff_max
    return _has_chords(case) and project.result_expires < tries


def _has_chords(case: Case) -> bool:
    return "workflows" in case.components and case.project.backend.chords


def _drifts(case: Case) -> bool:
    """Whether something is to run every so many whole days, in a zone whose clocks are put forward and back."""
    rhythms = (schedule.every_seconds or 1 for schedule in case.project.schedules)
    return case.project.timezone not in _STEADY and any(seconds % _DAY == 0 for seconds in rhythms)


_STEADY = frozenset({"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "Universal"})


def _holds_delays_in_flight(case: Case) -> bool:
    return case.project.broker.can(Topic.LONGEST_VISIBILITY) is not None


def _opens_many_connections(case: Case) -> bool:
    """Whether one worker of each queue, its children and beat want more than PostgreSQL's default lets in."""
    if case.family != "pgmq":
        return False
    results = case.project.backend.kind == "postgresql"
    at_once = sum(queue.concurrency for queue in case.project.queues)
    own = 2 * len(case.project.queues) + 2
    return own + at_once * (2 if results else 1) > _CONNECTIONS


# --- the rules -----------------------------------------------------------------------------------------

ASKED = (
    _error(
        "R19",
        _visibility_too_long,
        "the longest task and delay need a visibility timeout beyond what the broker allows: tasks would run twice",
        "lower longest_delay_seconds or max_task_seconds; keep far-future work in a table that beat reads",
        "celery-reference R19; botocore's service model: VisibilityTimeout at most 43200 s",
    ),
    _warning(
        "R20",
        lambda case: _holds_delays_in_flight(case) and case.project.longest_delay > _SQS_DELAY,
        "a delay of more than 15 minutes is held in a worker's memory here, and its message counts as being worked on",
        "--set longest_delay_seconds=900, or keep far-future work in a table that beat reads",
        "celery-reference R20; kombu/transport/SQS: DelaySeconds at most 900",
    ),
    _warning(
        "R24",
        lambda case: case.project.backend.can(Topic.IN_MEMORY) is True and case.project.result_expires > _DAY,
        "results that are kept for more than a day fill the memory of the server that keeps them",
        "--set result_expires_seconds=21600, or a backend on disk: postgresql",
        "celery-reference R24, X12",
    ),
    _warning(
        "R25",
        lambda case: case.project.backend.can(Topic.EXPIRY) == "never",
        "this backend never deletes a result, whatever result_expires says",
        "set a lifecycle rule or a time to live on the server, as the README of the project says",
        "celery-reference R25, X9",
    ),
    _warning(
        "R26",
        lambda case: case.project.backend.needs_beat_cleanup and "beat" not in case.components,
        "expired results are deleted by a beat entry, and beat is left out: the result tables only grow",
        "--with beat, or delete old rows with a job of your own",
        "celery-reference R26; celery/app/builtins.py: backend_cleanup",
    ),
    _warning(
        "R27",
        lambda case: not case.project.backend.chords and "workflows" in case.components,
        "this result backend cannot call the body of a chord: the component workflows comes without chords",
        "--backend redis or postgresql for chords",
        "celery-reference X9; celery/backends/rpc.py",
    ),
    _warning(
        "R29",
        lambda case: (
            _has_chords(case)
            and _holds_delays_in_flight(case)
            and not case.project.broker.native_delay
            and case.project.backend.can(Topic.CHORDS) == "polling"
        ),
        "an open chord is a message each second here, held in a worker until its time: many of them fill the worker",
        "--backend redis, or dynamodb, which count the tasks of a chord themselves",
        "celery-reference R29; celery/app/builtins.py: unlock_chord",
    ),
    _warning(
        "R30",
        _body_after_expiry,
        "a task that uses up its attempts outlives the results of the others: the body of its chord would not run",
        "a longer result_expires_seconds, fewer max_attempts, or shorter tasks",
        "celery-reference R30; Celery's configuration: result_chord_expires",
    ),
    _warning(
        "R32",
        lambda case: case.family == "redis" and case.project.longest_delay > _LONG_DELAY,
        "on Redis a delayed task sits unacknowledged in a worker, and a killed worker's tasks wait that long",
        "keep longest_delay_seconds small and put far-future work into a table that beat reads, or use RabbitMQ",
        "celery-reference R01, X3",
    ),
    _warning(
        "R37",
        lambda case: any(queue.pool is Pool.THREADS for queue in case.project.queues),
        "Celery enforces no time limits in a thread pool: a task that hangs keeps its thread for good",
        "give every call in such tasks its own timeout, or use pool=prefork",
        "celery-reference X27",
    ),
    _warning(
        "R48",
        _drifts,
        "a schedule of whole days comes an hour earlier or later when the clocks of the time zone change",
        "crontab, which goes by the clock, instead of every_seconds",
        "celery-reference R48; Celery's user guide, periodic tasks",
    ),
    _error(
        "S02",
        lambda case: case.project.backend.kind == "rpc" and case.project.broker.can(Topic.REPLY_QUEUES) is False,
        "rpc keeps results in a queue of each sender, and this broker never removes such queues",
        "--backend redis, or one of the same cloud; `celery-scaffold backends` lists them",
        "celery/backends/rpc.py: Queue(expires=…); kombu/transport: no other transport than amqp and redis knows it",
    ),
    _warning(
        "S05",
        lambda case: (
            not case.project.broker.priorities and any(queue.priority is Priority.HIGH for queue in case.project.queues)
        ),
        "this broker has no priorities: priority=high means nothing, and every message of a queue is taken in its turn",
        "nothing to do where the queue has a worker of its own, which is what makes it urgent",
        "celery-reference 2.2; kombu/transport/SQS",
    ),
    _error(
        "S06",
        _name_too_long,
        "a queue's name, with the project's in front of it, is longer than the broker allows",
        "a shorter name for the project or the queue",
        "Amazon SQS, quotas related to queues: 80 characters; Azure Service Bus quotas: 260; "
        "pgmq.sql, validate_queue_name: 47",
    ),
    _warning(
        "S30",
        _opens_many_connections,
        "each process that sends or stores has a connection of its own: together more than PostgreSQL's default of 100",
        "raise max_connections, or lower the concurrency of the queues; an idle connection costs a few MB",
        "templates/pgmq: reliability/session.py; PostgreSQL's manual: max_connections, superuser_reserved_connections",
    ),
    _warning(
        "S35",
        lambda case: case.family == "gcpubsub" and "beat" in case.components,
        "which beat leads goes by a message that Pub/Sub delivers to one instance, and only within one region",
        "run all instances of beat in one region; we saw it on a stand-in for Pub/Sub only, so one instance is safest",
        "Google's documentation of exactly-once delivery; tests/images/pubsub; docs/decisions/0051-pubsub.md",
    ),
    _warning(
        "S40",
        lambda case: case.project.broker.proof is Proof.STUBBED,
        "this broker was tested with its client library on a stand-in, never on the service",
        "try the project on the service before you rely on it, or --broker rabbitmq; accept it when you have",
        "docs/decisions/0053-service-bus.md",
    ),
    _warning(
        "S21",
        lambda case: "tls" in case.components and not case.project.tls_services,
        "the component tls starts none of this project's servers with TLS: it brings nothing",
        "--without tls; TLS to a server of your own is a matter of its URL, see the README of the project",
        "templates/tls_compose: Redis, RabbitMQ and PostgreSQL",
    ),
    _warning(
        "S23",
        lambda case: "identity" in case.project.added and not case.project.tokens,
        "the component identity makes no token for this project: no server of its clouds takes one for a password",
        "--without identity, or --cloud with the cloud that runs the servers; what takes an identity itself needs none",
        "model/clouds/tokens.py",
    ),
    _warning(
        "S22",
        lambda case: "srv" in case.project.added and not case.project.srv_settings,
        "the component srv finds none of this project's servers: no URL has a host that a record could stand for",
        "--without srv; mongodb+srv:// is MongoDB's own lookup, and a cloud's service needs none",
        "model/hosts.py",
    ),
    _warning(
        "S20",
        lambda case: case.project.backend.verdict is Verdict.DEVELOPMENT,
        "this backend keeps results in a file of one machine, which one process writes at a time",
        "--backend postgresql or mysql for production; for development, accept it",
        "SQLite, Appropriate Uses For SQLite; celery-reference 3 (database)",
    ),
    *CLOUD_RULES,
    _warning(
        "S55",
        lambda case: case.project.serializer == AUTH,
        "a signature covers arguments, not a task's name, id or times: they can be sent again, and to another task",
        "let nobody else write to the broker, and let a second run of a task do no harm",
        "celery/security/serialization.py signs the body; celery/app/amqp.py: as_task_v2 has the name in the headers",
    ),
)
