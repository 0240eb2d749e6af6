"""Rules about Redis and its kin, services of clouds, and what brokers have or lack; kept by what the templates say."""

from __future__ import annotations

from celery_scaffold.model.capabilities import Topic
from celery_scaffold.model.rules.rule import Case, Severity, kept, on

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
# Seconds between two looks for messages that were not acknowledged; the default is 100.
_SWEEP = 30
_DAY = 24 * 60 * 60
# Pub/Sub's own default for a subscription that nobody reads.
_PUBSUB_KEEPS = 31 * _DAY
# The acknowledgement deadlines that Pub/Sub takes, and the longest that a sender is to be held up. Seconds.
_PUBSUB_LEASES = range(10, 601)
_PUBSUB_PATIENCE = 30


# --- conditions ----------------------------------------------------------------------------------------


def _visible(case: Case) -> float | None:
    """The visibility timeout in force; None where the broker has none. Seconds."""
    if case.project.broker.can(Topic.ACKNOWLEDGEMENT) != "visibility":
        return None
    return float(case.option("visibility_timeout", 3600))


def _shorter_than_delays(case: Case) -> bool:
    visible = _visible(case)
    return visible is not None and visible <= case.timing.longest_delay + case.timing.longest_time_limit


def _shorter_than_runs(case: Case) -> bool:
    visible = _visible(case)
    return visible is not None and visible <= 2 * case.timing.longest_time_limit


def _policy(case: Case) -> str:
    """The command of the server in compose that holds the messages."""
    names = [service.name for service in case.project.broker.services]
    return " ".join(str(case.services()[name].get("command", "")) for name in names if name in case.services())


def _loses_locks(case: Case) -> bool:
    renewed = case.option("max_lock_renewal_duration", 3600) if case.option("use_lock_renewal") is True else 0
    return bool(renewed <= 2 * case.timing.longest_time_limit)


def _tls_of_redis(case: Case) -> bool:
    options = case.setting("broker_use_ssl")
    url = str(case.setting("broker_url", ""))
    if options is True:
        return True
    secured = isinstance(options, dict) and bool(options.get("ssl_cert_reqs"))
    return url.startswith("rediss") and not secured and "ssl_cert_reqs=required" not in url


def _expires(case: Case) -> bool:
    seconds = case.option("expiration_seconds", _DAY)
    return seconds is not None and float(seconds) < _PUBSUB_KEEPS


# --- the rules -----------------------------------------------------------------------------------------

BROKER_RULES = (
    kept(
        "R01",
        _ERROR,
        _shorter_than_delays,
        "a countdown longer than the visibility timeout is delivered again and again: 20 s with 6 s gave four runs",
        "visibility_timeout above 1.2 × (two runs and the longest delay)",
        "celery-reference R01, X3; kombu/transport/redis.py: restore_visible",
    ),
    kept(
        "R02",
        _ERROR,
        _shorter_than_runs,
        "a task longer than the visibility timeout is started a second time while the first run goes on",
        "a hard time limit for every queue, and a visibility_timeout above two runs",
        "celery-reference R02, X3, X23",
    ),
    kept(
        "R03",
        _WARNING,
        lambda case: (
            case.setting("visibility_timeout") is not None
            or case.setting("result_backend_transport_options.visibility_timeout") is not None
        ),
        "visibility_timeout counts in broker_transport_options only; elsewhere it is ignored and 3600 s apply",
        "one value, in broker_transport_options",
        "celery-reference R03, X3; Celery's documentation says three places",
    ),
    kept(
        "R04",
        _WARNING,
        on("redis", lambda case: not case.option("global_keyprefix")),
        "two projects in one database share the table of unacknowledged messages: the shorter visibility timeout wins",
        "a global_keyprefix of its own for each project",
        "celery-reference R04; kombu/transport/redis.py: unacked_key",
    ),
    kept(
        "R05",
        _INFO,
        on(
            "redis",
            lambda case: (
                case.option("unacked_restore_interval", 10) * case.option("unacked_restore_throttle", 10) > _SWEEP
            ),
        ),
        "a killed worker's messages are only looked for every 100 s",
        "unacked_restore_interval 15, unacked_restore_throttle 1",
        "celery-reference R05; kombu/transport/redis.py",
    ),
    kept(
        "R18",
        _ERROR,
        lambda case: (
            case.project.broker.can(Topic.REMOTE_CONTROL) is False
            and case.setting("worker_enable_remote_control") is not False
        ),
        "remote control asks, and nothing answers: this broker has no fan-out that workers listen to",
        "worker_enable_remote_control False; look at queues and logs instead",
        "celery-reference R18, X8; celery/worker/control.py",
    ),
    kept(
        "R21",
        _WARNING,
        on("sqs", lambda case: case.option("sqs_base64_encoding", True) is not False),
        "a message is encoded in base64 twice: of 1 MiB, 580 kB are left for arguments",
        "sqs_base64_encoding False; larger things belong into S3, with their key in the message",
        "celery-reference R21, X8; kombu/transport/SQS",
    ),
    kept(
        "R22",
        _ERROR,
        on("sqs", lambda case: not case.option("predefined_queues")),
        "kombu lists and creates queues by itself: with rights that no worker should have, and a typo makes a queue",
        "predefined_queues with the URL of each queue",
        "celery-reference R22; kombu/transport/SQS",
    ),
    kept(
        "R31",
        _ERROR,
        on("redis", lambda case: bool(case.services()) and "maxmemory-policy noeviction" not in _policy(case)),
        "with allkeys-lru, which Celery's documentation advises, Redis threw away a queue of 300 tasks",
        "maxmemory-policy noeviction where the queues are",
        "celery-reference R31, X28",
    ),
    kept(
        "R33",
        _WARNING,
        on(
            "redis",
            lambda case: (
                not (
                    case.option("socket_timeout")
                    and case.option("socket_connect_timeout")
                    and case.option("socket_keepalive")
                )
            ),
        ),
        "on a connection that was cut without a word a publish hung for 75 s, and the worker with it",
        "socket_timeout, socket_connect_timeout and socket_keepalive in broker_transport_options",
        "celery-reference R33, X19",
    ),
    kept(
        "R44",
        _ERROR,
        lambda case: not case.project.broker.dead_letters and case.setting("task_acks_on_failure", True) is False,
        "where the broker has no dead letters, rejecting what failed deletes it",
        "task_acks_on_failure True, and a failure handler of your own",
        "celery-reference R44, X6c",
    ),
    kept(
        "R69",
        _ERROR,
        lambda case: (
            (str(case.setting("broker_url", "")).startswith("sentinel://") and not (case.option("master_name")))
            or (
                str(case.setting("result_backend", "")).startswith("sentinel://")
                and not case.setting("result_backend_transport_options.master_name")
            )
        ),
        "Sentinel is asked for a master without a name",
        "master_name in broker_transport_options and in result_backend_transport_options",
        "celery-reference R69; kombu/transport/redis.py, celery/backends/redis.py",
    ),
    kept(
        "R70",
        _WARNING,
        on("redis", lambda case: not str(case.option("global_keyprefix", "")).endswith(":")),
        "the prefix is put before the queue's name as it is: monitors and autoscalers look for another key",
        "a global_keyprefix that ends with ':'",
        "celery-reference R70; celery/backends/base.py, kombu/transport/redis.py",
    ),
    kept(
        "R80",
        _ERROR,
        on("azureservicebus", _loses_locks),
        "a task that is longer than its message's lock is started a second time, and after some runs is a dead letter",
        "use_lock_renewal True, max_lock_renewal_duration above two runs",
        "celery-reference R80; kombu/transport/azureservicebus.py",
    ),
    kept(
        "R81",
        _ERROR,
        on("gcpubsub", _expires),
        "a day without workers, and Pub/Sub deletes the subscription with all that waits in it: kombu asks for that",
        "expiration_seconds None: subscriptions never expire",
        "celery-reference R81; kombu/transport/gcpubsub.py: default_expiration_seconds",
    ),
    kept(
        "R82",
        _ERROR,
        on("redis", _tls_of_redis),
        "broker_use_ssl=True is no TLS at all on Redis, and rediss:// alone checks no certificate",
        "ssl_cert_reqs required, and the CA",
        "celery-reference R82, X7; kombu/transport/redis.py",
    ),
    kept(
        "S36",
        _ERROR,
        on("gcpubsub", lambda case: case.option("ack_deadline_seconds", 240) not in _PUBSUB_LEASES),
        "Pub/Sub refuses the subscription: it takes acknowledgement deadlines of 10 to 600 s",
        "ack_deadline_seconds 60: workers extend it, however long a task takes",
        "google/pubsub_v1/types/pubsub.py: Subscription.ack_deadline_seconds",
    ),
    kept(
        "S37",
        _WARNING,
        on("gcpubsub", lambda case: case.option("retry_timeout_seconds", 300) > _PUBSUB_PATIENCE),
        "while Pub/Sub does not answer, a sender waits five minutes, and so does a worker that acknowledges",
        "retry_timeout_seconds 10; Celery tries again to publish, and Pub/Sub delivers again",
        "kombu/transport/gcpubsub.py: default_retry_timeout_seconds",
    ),
    kept(
        "S03",
        _WARNING,
        on("redis", lambda case: bool(case.services()) and "appendonly yes" not in _policy(case)),
        "without its append-only file a restarted Redis has lost all since the last snapshot",
        "appendonly yes, appendfsync everysec",
        "celery-reference R32 (here S03: R32 is about long delays); Celery's documentation, Redis, Persistence",
    ),
)
