"""Rules about messages, results and beat, kept by what the templates say."""

from __future__ import annotations

from celery_scaffold.model.capabilities import Topic
from celery_scaffold.model.rules.rule import Case, Severity, kept, on

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
# Tries of a publish that a caller still waits for.
_MOST_TRIES = 10
# Variables that Celery reads by itself, before any configuration.
_CELERYS_OWN = frozenset(
    {"CELERY_BROKER_URL", "CELERY_BROKER_READ_URL", "CELERY_BROKER_WRITE_URL", "CELERY_RESULT_BACKEND"}
)


# --- conditions ----------------------------------------------------------------------------------------


def _routes_disordered(case: Case) -> bool:
    """Whether an exact name or a longer glob comes behind a shorter one; in one pass."""
    keys = [("*" in glob, -len(glob)) for glob in case.setting("task_routes", {})]
    return keys != sorted(keys)


def _retries_in_step(case: Case) -> bool:
    task = case.rendered.get("base_task", {})
    return bool(task) and not (
        task.get("retry_backoff") and task.get("retry_jitter") and task.get("max_retries") is not None
    )


def _publish_tries(case: Case) -> bool:
    tries = (case.setting("task_publish_retry_policy") or {}).get("max_retries", 3)
    return tries is None or not 1 <= tries <= _MOST_TRIES


def _has_beat(case: Case) -> bool:
    return "beat" in case.components


def _plain_scheduler(case: Case) -> bool:
    return str(case.setting("beat_scheduler", "PersistentScheduler")).endswith("PersistentScheduler")


# --- the rules -----------------------------------------------------------------------------------------

MESSAGE_RULES = (
    kept(
        "R12",
        _WARNING,
        on("rabbitmq", lambda case: not case.rendered.get("base_task", {}).get("whole_seconds")),
        "on quorum queues a countdown below one second is a ValueError in the sender",
        "delays in whole seconds, one at least; reliability/sending.py rounds them",
        "celery-reference R12, X5b; celery-verified 1",
    ),
    kept(
        "R23",
        _ERROR,
        lambda case: (
            bool({"pickle", "yaml"} & set(case.setting("accept_content", ["json"])))
            or case.setting("task_serializer", "json") in {"pickle", "yaml"}
        ),
        "whoever can write to the broker can run code in every worker",
        "json; types that it lacks are written as text",
        "celery-reference R23; celery/platforms.py",
    ),
    kept(
        "R28",
        _ERROR,
        lambda case: (
            case.project.backend.chords and "workflows" in case.components and bool(case.setting("task_ignore_result"))
        ),
        "the body of a chord waits for results that are never stored, and its poll goes on for ever",
        "task_ignore_result where a task's result is not wanted, not for all of them",
        "celery-reference R28, X30",
    ),
    kept(
        "R40",
        _ERROR,
        lambda case: bool(case.setting("task_reject_on_worker_lost")) and not case.setting("task_retry_on_worker_lost"),
        "a task that kills its process runs again for ever: 13 crashes a second",
        "task_retry_on_worker_lost as well, with max_retries and default_retry_delay",
        "celery-reference R40, X6b; celery-verified 3",
    ),
    kept(
        "R41",
        _ERROR,
        lambda case: case.setting("task_acks_on_timeout", True) is False,
        "a task that runs into its hard limit is put back in its queue, for ever",
        "task_acks_on_timeout True",
        "celery-reference R41; celery/worker/request.py",
    ),
    kept(
        "R43",
        _WARNING,
        lambda case: not case.setting("task_acks_late"),
        "a worker that is killed takes its running tasks with it",
        "task_acks_late True, and tasks whose second run does no harm",
        "celery-reference R43, X10b",
    ),
    kept(
        "R45",
        _ERROR,
        lambda case: _has_beat(case) and _plain_scheduler(case),
        "two beats send every task twice",
        "a scheduler that leads alone; a second instance stands by",
        "celery-reference R45; celery/beat.py has no lock; celery-verified 10",
    ),
    kept(
        "R46",
        _WARNING,
        lambda case: _has_beat(case) and case.setting("beat_cron_starting_deadline") is None,
        "after a long stop beat makes up for runs that nobody wants any more, or has forgotten all of them",
        "beat_cron_starting_deadline",
        "celery-reference R46; celery/beat.py",
    ),
    kept(
        "R47",
        _WARNING,
        lambda case: not case.setting("timezone") or case.setting("enable_utc", True) is False,
        "beat wipes its memory when the time zone changes, and without one crontab entries follow the host",
        "timezone in words; enable_utc stays True",
        "celery-reference R47; celery/beat.py",
    ),
    kept(
        "R49",
        _INFO,
        lambda case: case.setting("broker_connection_retry_on_startup") is None,
        "whether a worker waits for its broker at start is decided by another setting, and changes in Celery 6",
        "broker_connection_retry_on_startup in words",
        "celery-reference R49; celery/worker/consumer/consumer.py",
    ),
    kept(
        "R51",
        _WARNING,
        lambda case: case.setting("broker_pool_acquire_timeout") is None,
        "a sender that finds all connections busy waits for ever",
        "broker_pool_acquire_timeout",
        "celery-reference R51; celery/app/base.py",
    ),
    kept(
        "R59",
        _INFO,
        lambda case: bool(case.setting("task_track_started")),
        "one more write for each task: half of the throughput on RabbitMQ",
        "task_track_started for long tasks only",
        "celery-reference R59, X12",
    ),
    kept(
        "R62",
        _WARNING,
        _retries_in_step,
        "tasks that failed together come back together",
        "retry_backoff, retry_jitter and max_retries; reliability/base_task.py has them",
        "celery-reference R62; celery/app/autoretry.py",
    ),
    kept(
        "R64",
        _WARNING,
        _publish_tries,
        "three tries within half a second do not outlast a restart of the broker, and endless ones hang the sender",
        "task_publish_retry_policy with a few tries",
        "celery-reference R64; celery/app/defaults.py",
    ),
    kept(
        "R65",
        _WARNING,
        lambda case: (
            case.setting("task_default_queue", "celery") not in map(case.project.full_queue_name, case.project.queues)
        ),
        "projects on one broker take each other's tasks, and drop them as unregistered",
        "queues with the project's name in front",
        "celery-reference R65; celery/worker/consumer/consumer.py",
    ),
    kept(
        "R66",
        _ERROR,
        lambda case: case.setting("task_create_missing_queues", True) is not False,
        "a misspelt queue is created, and nobody reads it",
        "task_create_missing_queues False, and every queue in task_queues",
        "celery-reference R66, X18",
    ),
    kept(
        "R67",
        _INFO,
        _routes_disordered,
        "the first glob that matches counts: a.* in front hides a.b.*",
        "exact names first, then the longest globs",
        "celery-reference R67, X18; celery/app/routes.py",
    ),
    kept(
        "R72",
        _INFO,
        lambda case: case.setting("task_serializer") == "auth" and case.setting("accept_content") != ["auth"],
        "messages are signed, and those that are not are accepted all the same",
        "accept_content and event_serializer auth as well, and app.setup_security()",
        "celery-reference R72; celery/security/serialization.py",
    ),
    kept(
        "R73",
        _INFO,
        lambda case: case.setting("task_protocol", 2) != 2,  # noqa: PLR2004  its name is the number
        "messages of protocol 1 know neither their parent nor their root",
        "leave task_protocol 2",
        "celery-reference R73; celery/app/defaults.py",
    ),
    kept(
        "R76",
        _INFO,
        lambda case: bool(case.setting("task_annotations")),
        "attributes of tasks are changed far from their code",
        "say it where the task is",
        "celery-reference R76; celery/app/task.py",
    ),
    kept(
        "R77",
        _WARNING,
        lambda case: case.project.has_rate_limits and not case.setting("worker_consumer"),
        "Celery's rate limits slow a worker down to one task a second, and count for each worker",
        "the consumer of worker/rate_limits.py; a limit for all workers needs a counter on a server",
        "celery-reference R77; docs/decisions/0006",
    ),
    kept(
        "R84",
        _ERROR,
        lambda case: bool(
            _CELERYS_OWN & {f"{case.project.environment_prefix}{name}" for name in ("BROKER_URL", "RESULT_BACKEND")}
        ),
        "Celery reads CELERY_BROKER_URL and CELERY_RESULT_BACKEND by itself, over any configuration",
        "variables with the project's own prefix",
        "celery-reference R84; celery/app/utils.py",
    ),
    kept(
        "S04",
        _WARNING,
        lambda case: (
            case.project.backend.can(Topic.WAITING) is not None
            and case.project.backend.lineage == "redis"
            and not (case.setting("redis_socket_timeout", 120) <= 30 and case.setting("redis_socket_keepalive"))  # noqa: PLR2004
        ),
        "a worker hangs for two minutes on a connection to the results that was cut without a word",
        "redis_socket_timeout, redis_socket_connect_timeout and redis_socket_keepalive",
        "celery-reference 3 (redis); celery/app/defaults.py",
    ),
)
