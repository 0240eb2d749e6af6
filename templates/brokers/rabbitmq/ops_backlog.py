"""How much work waits on RabbitMQ.

AMQP tells how many messages are ready and how many consumers there are, exactly and at once. What
workers have fetched and not acknowledged is known to the management API only, some seconds late; it
is asked when the setting `management_url` is there. Tasks that wait for their countdown or for a
retry are in the broker's delay queues, those of all queues together.
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.client import HTTPConnection, HTTPSConnection
from ssl import SSLContext, create_default_context
from urllib.parse import SplitResult, quote, unquote, urlsplit

from amqp.exceptions import NotFound
from kombu import Connection
from kombu.transport.native_delayed_delivery import MAX_LEVEL, level_name

from {{ cookiecutter._project.package }}.credentials import present
from {{ cookiecutter._project.package }}.settings import ENV_PREFIX, get_settings
from {{ cookiecutter._project.package }}.topology import DEAD_LETTER_QUEUE

HEADERS = ("ready", "unacked")
_MANAGEMENT_TIMEOUT = 3


@dataclass(frozen=True)
class Backlog:
    """The messages of one queue.

    Attributes:
        ready: not yet delivered.
        unacked: delivered to a worker and not acknowledged; None without the management API.
        consumers: channels that consume the queue.
    """

    ready: int
    unacked: int | None = None
    consumers: int = 0

    def cells(self) -> list[object]:
        """A row under `HEADERS`."""
        return [self.ready, self.unacked]


@dataclass(frozen=True)
class Depths:
    """What waits on the broker.

    Attributes:
        backlogs: by full queue name; a queue that the broker does not have yet is missing.
        delayed: messages of all queues that wait for their countdown or retry.
        dead_letters: messages that were given up.
    """

    backlogs: dict[str, Backlog]
    delayed: int = 0
    dead_letters: int = 0

    def facts(self) -> dict[str, object]:
        """What waits outside of the queues, for programs."""
        return {"delayed": self.delayed, "dead_letters": self.dead_letters}

    def notes(self) -> list[str]:
        """What the figures mean, and what waits outside of the queues."""
        lines = [f"unacked: delivered to workers; known with {ENV_PREFIX}MANAGEMENT_URL only"]
        if self.delayed:
            lines.append(f"wait for countdown or retry, all queues: {self.delayed}")
        if self.dead_letters:
            lines.append(f"dead letters in {DEAD_LETTER_QUEUE}: {self.dead_letters}")
        return lines


def read_depths(connection: Connection, names: Sequence[str]) -> Depths:
    """Ask the broker about queues, by their full names, and what waits outside of them."""
    declared = {name: _declared(connection, name) for name in names}
    backlogs = {name: backlog for name, backlog in declared.items() if backlog is not None}
    if (management_url := get_settings().management_url) is not None:
        unacked = _unacked(management_url.get_secret_value(), connection.virtual_host)
        backlogs = {
            name: replace(backlog, unacked=unacked.get(name, 0))
            for name, backlog in backlogs.items()
        }
    delayed = sum(_ready(connection, level_name(level)) for level in range(MAX_LEVEL + 1))
    return Depths(backlogs, delayed, _ready(connection, DEAD_LETTER_QUEUE))


def _ready(connection: Connection, name: str) -> int:
    backlog = _declared(connection, name)
    return backlog.ready if backlog else 0


def _declared(connection: Connection, name: str) -> Backlog | None:
    # A passive declaration of an unknown queue closes its channel: hence one channel each.
    with connection.channel() as channel:
        try:
            state = channel.queue_declare(name, passive=True)
        except NotFound:
            return None
    return Backlog(ready=state.message_count, consumers=state.consumer_count)


def tls_context() -> SSLContext:
    """What verifies the management API: the files are those for the broker."""
    settings = get_settings()
    context = create_default_context(cafile=settings.broker_ca_file)
    if settings.broker_certificate_file is not None:
        context.load_cert_chain(settings.broker_certificate_file, settings.broker_key_file)
    return context


def _server(url: SplitResult) -> HTTPConnection:
    host = url.hostname or "localhost"
    if url.scheme == "https":
        context = tls_context()
        return HTTPSConnection(host, url.port, timeout=_MANAGEMENT_TIMEOUT, context=context)
    return HTTPConnection(host, url.port, timeout=_MANAGEMENT_TIMEOUT)


def _unacked(management_url: str, virtual_host: str) -> dict[str, int]:
    """Unacknowledged messages by queue name, from the management API.

    Raises:
        ConnectionError: the API refused; the status says why.
    """
    url = urlsplit(management_url)
    password = unquote(url.password or "") or present("broker_password")
    user = f"{unquote(url.username or '')}:{password}"
    path = f"{url.path.rstrip('/')}/api/queues/{quote(virtual_host, safe='')}"
    server = _server(url)
    try:
        server.request(
            "GET",
            f"{path}?columns=name,messages_unacknowledged",
            headers={"Authorization": f"Basic {b64encode(user.encode()).decode()}"},
        )
        response = server.getresponse()
        if response.status != HTTPStatus.OK:
            raise ConnectionError(
                f"the management API answered {response.status} {response.reason}"
            )
        queues = json.load(response)
    finally:
        server.close()
    return {queue["name"]: queue.get("messages_unacknowledged", 0) for queue in queues}
