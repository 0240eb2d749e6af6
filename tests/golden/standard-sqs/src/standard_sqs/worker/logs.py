"""Logging: one JSON object a line, or readable text on a terminal.

Records of structlog and of the standard library (Celery, kombu, your code) leave through one
handler. They carry the task they belong to, and lose their secrets on the way.
"""

import logging
import re
import sys
from collections.abc import Mapping
from contextvars import Token
from typing import TYPE_CHECKING, Any, TextIO

import structlog
from billiard import util
from celery import signals
from structlog.contextvars import bind_contextvars, merge_contextvars, reset_contextvars
from structlog.processors import JSONRenderer, TimeStamper
from structlog.stdlib import ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer

from standard_sqs import topology
from standard_sqs.settings import get_settings

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

REDACTED = "[redacted]"

_SENSITIVE = (
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "authorization",
    "credential",
    "apikey",
    "api_key",
    "api-key",
)
#: `password=x`, `"db_token_2": "x"`, `Authorization: Bearer x`.
_SENSITIVE_TEXT = re.compile(
    "((?:" + "|".join(_SENSITIVE) + r")[\w-]{0,20}[\"']?\s?[=:]\s?(?:(?:bearer|basic)\s)?)"
    r"(\"[^\"]*\"|'[^']*'|[^\s,;&\"')\]}]+)",
    re.IGNORECASE,
)
#: `scheme://user:password@`. Greedy: a password may hold an @ that nobody escaped.
_URL_PASSWORD = re.compile(r"(://[^\s/?#:@\"']*):[^\s/?#\"']*@")
#: How the main process names a request, which it does not run itself: `Task name[id] received`.
_REQUEST = re.compile(r"\b(?P<task>[\w.]+)\[(?P<task_id>[0-9a-f-]{36})\]")

_bound: dict[str, Mapping[str, Token[Any]]] = {}


def connect() -> None:
    """Take over the logging of workers and beat; safe to repeat."""
    signals.setup_logging.connect(_on_setup_logging)
    signals.task_prerun.connect(_bind_task)
    signals.task_postrun.connect(_unbind_task)


def configure_logging(stream: TextIO | None = None) -> None:
    """Send the logs of this process to `stream`, by default standard output; safe to repeat.

    JSON, unless the stream is a terminal or the settings ask for text. The level is the settings'
    as well: Celery's `--loglevel` has no effect.
    """
    settings = get_settings()
    stream = stream or sys.stdout
    as_text = settings.log_format == "console"
    if settings.log_format == "auto":
        as_text = stream.isatty()
    handler = logging.StreamHandler(stream)
    handler.addFilter(_redact_arguments)
    handler.setFormatter(_text_formatter() if as_text else _json_formatter())
    root = logging.getLogger()
    # Exactly this class: what a library or pytest has attached is of another one, and stays.
    root.handlers = [other for other in root.handlers if type(other) is not logging.StreamHandler]
    root.addHandler(handler)
    root.setLevel(settings.log_level)
    logging.captureWarnings(capture=True)
    # Of the process pool: by itself it has no handler, and Python prints its lines as they are.
    pool_logger = util.get_logger()
    pool_logger.propagate = True
    pool_logger.setLevel(logging.WARNING)  # INFO is about memory maps
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_CONTEXT,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def task_fields(
    task_id: str, name: str, delivery_info: Mapping[str, Any] | None, retries: int
) -> dict[str, Any]:
    """Return what every line about a run of a task has."""
    routing_key = (delivery_info or {}).get("routing_key") or ""
    queue = topology.queue_of_routing_key(routing_key)
    return {"task_id": task_id, "task": name, "queue": queue, "attempt": retries + 1}


def redact(value: Any) -> Any:
    """Replace secrets at any depth: under telling keys, in URLs and in text."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return _redact_text(value)
    if isinstance(value, Mapping):
        return {key: _redact_item(key, item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact(item) for item in value]
    # The renderers would show its repr, and that of an exception may quote a URL.
    return redact(repr(value))


def _redact_text(text: str) -> str:
    # Most lines are innocent: looking for words is five times as fast as the expressions.
    if "://" in text:
        text = _URL_PASSWORD.sub(rf"\1:{REDACTED}@", text)
    if _is_sensitive(text):
        text = _SENSITIVE_TEXT.sub(rf"\1{REDACTED}", text)
    return text


def _redact_item(key: object, value: Any) -> Any:
    # Numbers stay: `max_tokens` is no secret.
    is_secret = isinstance(key, str) and _is_sensitive(key)
    if is_secret and value is not None and not isinstance(value, (bool, int, float)):
        return REDACTED
    return redact(value)


def _is_sensitive(text: str) -> bool:
    text = text.lower()
    return any(word in text for word in _SENSITIVE)


def _redact_event(_: "WrappedLogger", __: str, event: "EventDict") -> "EventDict":
    redacted: EventDict = redact(event)
    return redacted


def _redact_arguments(record: logging.LogRecord) -> bool:
    """Before `%(password)s` becomes text in which nothing tells what it is."""
    if isinstance(record.args, Mapping):
        record.args = redact(record.args)
    return True


def _foreign(_: "WrappedLogger", __: str, event: "EventDict") -> "EventDict":
    """Tidy what comes from the standard library."""
    # Celery's `data` holds the arguments and the result of the task, which may be anything; the
    # others are what a formatter of another handler has left on the record.
    for name in ("data", "message", "asctime"):
        event.pop(name, None)
    # Lines of the main process about a request get the fields of the task's own lines.
    is_celery = str(event.get("logger")).startswith("celery.")
    if is_celery and "task_id" not in event and (match := _REQUEST.search(event["event"])):
        event.update(match.groupdict())
    return event


_CONTEXT: "list[Processor]" = [
    merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    TimeStamper(fmt="iso", utc=True),
]


def _json_formatter() -> logging.Formatter:
    # Local variables are the quickest way for a secret into the logs.
    exceptions = ExceptionDictTransformer(show_locals=False)
    render_exceptions = structlog.processors.ExceptionRenderer(exceptions)
    return _formatter(_add_environment, render_exceptions, renderer=JSONRenderer())


def _add_environment(_: "WrappedLogger", __: str, event: "EventDict") -> "EventDict":
    event["environment"] = get_settings().environment
    return event


def _text_formatter() -> logging.Formatter:
    plain = structlog.dev.plain_traceback
    console = structlog.dev.ConsoleRenderer(exception_formatter=plain)
    return _formatter(structlog.processors.format_exc_info, renderer=console)


def _formatter(*processors: "Processor", renderer: "Processor") -> logging.Formatter:
    return ProcessorFormatter(
        foreign_pre_chain=[*_CONTEXT, structlog.stdlib.ExtraAdder(), _foreign],
        processors=[
            ProcessorFormatter.remove_processors_meta,
            *processors,
            _redact_event,
            renderer,
        ],
    )


def _on_setup_logging(**_: object) -> None:
    configure_logging()


def _bind_task(task_id: str, task: Any, **_: object) -> None:
    request = task.request
    fields = task_fields(task_id, task.name, request.delivery_info, request.retries)
    _bound[task_id] = bind_contextvars(**fields)


def _unbind_task(task_id: str, **_: object) -> None:
    # Reset rather than cleared: a task that runs another one in its own process goes on.
    if tokens := _bound.pop(task_id, None):
        reset_contextvars(**tokens)
