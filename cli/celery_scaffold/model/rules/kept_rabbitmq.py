"""Rules about RabbitMQ, kept by what the templates say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.model.rules.rule import Case, Severity, kept, on
from celery_scaffold.model.timing import SERVER_CONSUMER_TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
# Milliseconds.
_CONSUMER_TIMEOUT = SERVER_CONSUMER_TIMEOUT * 1000


# --- conditions ----------------------------------------------------------------------------------------


def _is_cut_off(case: Case) -> bool:
    """Whether two runs back to back may last longer than RabbitMQ waits for an acknowledgement."""
    limits = zip(case.project.queues, case.queue_timings, strict=True)
    return any(
        _argument(case, case.project.full_queue_name(queue), "x-consumer-timeout", _CONSUMER_TIMEOUT)
        <= 2000 * timing.time_limit
        for queue, timing in limits
    )


def _arguments(case: Case) -> Mapping[str, Mapping[str, object]]:
    found: Mapping[str, Mapping[str, object]] = case.rendered.get("arguments", {})
    return found


def _argument(case: Case, queue: str, name: str, default: int) -> int:
    value = (_arguments(case).get(queue) or {}).get(name, default)
    return value if isinstance(value, int) else default


def _lacks_argument(name: str, value: object = None) -> Callable[[Case], bool]:
    """Whether some queue is declared without that argument, or with another value."""

    def breaks(case: Case) -> bool:
        given = [arguments or {} for arguments in _arguments(case).values()]
        return not given or any(name not in each or value not in (None, each[name]) for each in given)

    return breaks


def _has_argument(name: str) -> Callable[[Case], bool]:
    return lambda case: any(name in (arguments or {}) for arguments in _arguments(case).values())


def _exchanges_direct(case: Case) -> bool:
    return any(queue.exchange.type != "topic" for queue in case.setting("task_queues", ()))


def _is_quorum(case: Case) -> bool:
    return not _lacks_argument("x-queue-type", "quorum")(case)


def _tls_of_rabbitmq(case: Case) -> bool:
    options = case.setting("broker_use_ssl")
    asked = bool(options) or str(case.setting("broker_url", "")).startswith("amqps")
    return asked and not (isinstance(options, dict) and "server_hostname" in options)


# --- the rules -----------------------------------------------------------------------------------------

RABBITMQ_RULES = (
    kept(
        "R06",
        _ERROR,
        on("rabbitmq", _is_cut_off),
        "RabbitMQ closes the channel when a message stays unacknowledged for 30 minutes: the worker exits, the task "
        "runs again",
        "x-consumer-timeout above two runs on each queue that needs it",
        "celery-reference R06, X4; celery-verified 4",
    ),
    kept(
        "R07",
        _ERROR,
        on("rabbitmq", lambda case: bool(case.setting("broker_channel_error_retry"))),
        "a worker that survives the closed channel runs the task for ever, and never acknowledges it",
        "leave broker_channel_error_retry False",
        "celery-reference R07, X4; celery-verified 4",
    ),
    kept(
        "R10",
        _ERROR,
        on("rabbitmq", lambda case: not _is_quorum(case) or _exchanges_direct(case)),
        "a task with a countdown blocks the worker for all others: 11 s with RabbitMQ 4, whatever the prefetch",
        "quorum queues behind a topic exchange: RabbitMQ holds the delay",
        "celery-reference R10, X5; celery-verified 1",
    ),
    kept(
        "R11",
        _ERROR,
        on(
            "rabbitmq",
            lambda case: bool(case.setting("task_queue_max_priority")) or _has_argument("x-max-priority")(case),
        ),
        "a quorum queue refuses x-max-priority, and the worker ends with 406",
        "two levels without the argument: 0 to 4, and 5 to 9",
        "celery-reference R11; celery-verified 2",
    ),
    kept(
        "R13",
        _ERROR,
        on("rabbitmq", lambda case: not case.setting("broker_url")),
        "broker_read_url and broker_write_url alone end the worker as soon as there is a quorum queue",
        "broker_url as well",
        "celery-reference R13, X5b; celery/worker/consumer/delayed_delivery.py",
    ),
    kept(
        "R14",
        _WARNING,
        on("rabbitmq", lambda case: not case.option("confirm_publish")),
        "a message that is refused is lost without a word, and the next one on the connection with it",
        "broker_transport_options confirm_publish True",
        "celery-reference R14; celery-verified 6",
    ),
    kept(
        "R15",
        _WARNING,
        on(
            "rabbitmq",
            lambda case: _lacks_argument("x-dead-letter-exchange")(case) or _lacks_argument("x-delivery-limit")(case),
        ),
        "after 20 redeliveries RabbitMQ drops a message without a word",
        "x-delivery-limit and x-dead-letter-exchange on every queue",
        "celery-reference R15; celery-verified 3",
    ),
    kept(
        "R83",
        _WARNING,
        on("rabbitmq", _tls_of_rabbitmq),
        "any certificate of the same CA is accepted, whatever host it was made for",
        "server_hostname in broker_use_ssl; None stands for the host of the URL",
        "celery-reference R83, X7; kombu/transport/pyamqp.py",
    ),
)
