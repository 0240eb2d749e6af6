"""Log lines: their form, the task they belong to, and what they must not show."""

import json
import logging
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from billiard import util
from celery import signals

from standard_sqs import topology
from standard_sqs.settings import ENV_PREFIX, get_settings
from standard_sqs.worker import logs

QUEUE = topology.DEFAULT_QUEUE.name
Configure = Callable[..., StringIO]


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Log to a string; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level

    def configure(stream: StringIO | None = None, log_format: str = "auto") -> StringIO:
        stream = stream or StringIO()
        monkeypatch.setenv(f"{ENV_PREFIX}ENVIRONMENT", "development")
        monkeypatch.setenv(f"{ENV_PREFIX}LOG_FORMAT", log_format)
        get_settings.cache_clear()
        logs.configure_logging(stream)
        return stream

    yield configure
    get_settings.cache_clear()
    root.handlers = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def last(stream: StringIO) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return line


def without_time(line: dict[str, Any]) -> dict[str, Any]:
    assert datetime.fromisoformat(line.pop("timestamp").replace("Z", "+00:00")).utcoffset() == (
        timedelta(0)
    )
    return line


def test_every_logger_writes_the_same_json(configure: Configure) -> None:
    stream = configure()
    expected = {
        "event": "sent 3 of 4",
        "level": "info",
        "logger": "any",
        "size": 5,
        "environment": "development",
    }
    logging.getLogger("any").info("sent %d of %d", 3, 4, extra={"size": 5})
    assert without_time(last(stream)) == expected
    structlog.get_logger("any").info("sent %d of %d", 3, 4, size=5)
    assert without_time(last(stream)) == expected


@pytest.mark.parametrize(
    ("stream", "log_format", "is_json"),
    [
        (StringIO(), "auto", True),
        (Terminal(), "auto", False),
        (Terminal(), "json", True),
        (StringIO(), "console", False),
    ],
)
def test_terminals_get_text_and_everything_else_json(
    configure: Configure, stream: StringIO, log_format: str, *, is_json: bool
) -> None:
    configure(stream, log_format)
    logging.getLogger("any").warning("hello")
    line = stream.getvalue()
    assert line.startswith("{") is is_json
    assert "hello" in line


def test_what_the_process_pool_says_is_json_too(configure: Configure) -> None:
    stream = configure()
    util.error("Pool process %r error: %r", "one", "two")
    assert last(stream)["event"] == "Pool process 'one' error: 'two'"


def test_to_configure_twice_writes_one_line(configure: Configure) -> None:
    first, second = configure(), configure()
    logging.getLogger("any").warning("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


def test_warnings_are_logged(configure: Configure) -> None:
    stream = configure()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", UserWarning, stacklevel=1)
    assert (last(stream)["logger"], "old" in last(stream)["event"]) == ("py.warnings", True)


def test_exceptions_are_structured_and_show_no_variables(configure: Configure) -> None:
    stream = configure()
    try:
        hidden = "a-password"
        raise ValueError(f"cannot reach amqp://user:{hidden}@host//")  # noqa: TRY301 - to be logged
    except ValueError:
        logging.getLogger("any").exception("failed")
    [exception] = last(stream)["exception"]
    assert (exception["exc_type"], exception["exc_value"]) == (
        "ValueError",
        "cannot reach amqp://user:[redacted]@host//",
    )
    assert "a-password" not in stream.getvalue()


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_way_into_a_line_shows_a_secret(configure: Configure, log_format: str) -> None:
    stream = configure(log_format=log_format)
    log = logging.getLogger("any")
    secret = "s3cret"  # noqa: S105 - this one is not
    url = f"redis://user:{secret}@host/0"
    log.warning("connected to %s", url)
    log.warning("%(password)s", {"password": secret})
    log.warning("headers %s", {"Authorization": f"Bearer {secret}"})
    log.warning("extra", extra={"broker": {"urls": [url]}, "api_key": secret})
    log.warning("data", extra={"data": {"args": (secret,)}})
    log.error("exception as a value", extra={"error": ConnectionError(url)})
    structlog.get_logger("any").warning("event", url=url, token=secret, password=[secret])
    try:
        raise RuntimeError(url)  # noqa: TRY301 - to be logged
    except RuntimeError:
        log.exception("failed with password=%s", secret)
    assert stream.getvalue().count("[redacted]") >= 8
    assert secret not in stream.getvalue()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("redis://:pw@host", "redis://:[redacted]@host"),
        ("amqp://u:p%40w@h//, redis://u:p@h", "amqp://u:[redacted]@h//, redis://u:[redacted]@h"),
        ("https://host:8080/a@b", "https://host:8080/a@b"),
        ("https://host/?q=a:b@c", "https://host/?q=a:b@c"),
        ("password=pw, user=me", "password=[redacted], user=me"),
        ('{"db_password": "p w", "user": "me"}', '{"db_password": [redacted], "user": "me"}'),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"),
        ("the token expired", "the token expired"),
        ({"password": "pw", "user": "me"}, {"password": "[redacted]", "user": "me"}),
        ({"max_tokens": 5, "secret": None}, {"max_tokens": 5, "secret": None}),
        (({"client_secret": b"x"}, 1), [{"client_secret": "[redacted]"}, 1]),
        (Exception("redis://:pw@host"), "Exception('redis://:[redacted]@host')"),
    ],
)
def test_secrets_are_replaced(value: object, expected: object) -> None:
    assert logs.redact(value) == expected


def task_signal(signal: Any, task_id: str, routing_key: str | None, retries: int = 0) -> None:
    request = SimpleNamespace(delivery_info={"routing_key": routing_key}, retries=retries)
    signal.send(sender=None, task_id=task_id, task=SimpleNamespace(name="a.task", request=request))


def test_lines_written_while_a_task_runs_name_it(configure: Configure) -> None:
    stream = configure()
    logs.connect()
    log = logging.getLogger("any.library")
    task_signal(signals.task_prerun, "id-1", QUEUE, retries=2)
    log.warning("inside")
    outer = {"task": "a.task", "task_id": "id-1", "queue": QUEUE, "attempt": 3}
    assert last(stream).items() >= outer.items()
    # A task may run another one in its own process.
    task_signal(signals.task_prerun, "id-2", None)
    log.warning("deeper inside")
    assert last(stream)["task_id"] == "id-2"
    task_signal(signals.task_postrun, "id-2", None)
    log.warning("inside again")
    assert last(stream).items() >= outer.items()
    task_signal(signals.task_postrun, "id-1", QUEUE)
    log.warning("outside")
    assert without_time(last(stream)) == {
        "event": "outside",
        "level": "warning",
        "logger": "any.library",
        "environment": "development",
    }


def test_the_main_process_names_the_task_it_speaks_of(configure: Configure) -> None:
    stream = configure()
    task_id = "0b7cbf6a-6c0e-4b8e-8d3e-2f6a4c1b9d55"
    logging.getLogger("celery.worker.strategy").info("Task a.task[%s] received", task_id)
    assert last(stream).items() >= {"task": "a.task", "task_id": task_id}.items()
