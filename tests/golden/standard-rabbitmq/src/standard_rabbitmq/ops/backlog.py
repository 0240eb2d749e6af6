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
from urllib.parse import quote, unquote, urlsplit

from amqp.exceptions import NotFound
from kombu import Connection
from kombu.transport.native_delayed_delivery import MAX_LEVEL, level_name

from standard_rabbitmq.settings import ENV_PREFIX, get_settings

COUNTED = f"unacked: delivered to workers; known with {ENV_PREFIX}MANAGEMENT_URL only"
_MANAGEMENT_TIMEOUT = 3


@dataclass(frozen=True)
class Backlog:
    """The messages of one queue.

    Attributes:
        ready: not yet delivered.
        unacked: delivered to a worker and not acknowledged; None without the management API.
        held: always None: delayed messages wait outside the queue, see `read_delayed`.
        oldest_unacked_seconds: always None: the broker does not tell.
        consumers: channels that consume the queue.
        complete: always True: every message is counted.
    """

    ready: int | None
    unacked: int | None = None
    held: int | None = None
    oldest_unacked_seconds: int | None = None
    consumers: int | None = None
    complete: bool = True


def read_backlogs(connection: Connection, names: Sequence[str]) -> dict[str, Backlog]:
    """The backlog of each queue that the broker has, by the queue's full name."""
    declared = {name: _declared(connection, name) for name in names}
    backlogs = {name: backlog for name, backlog in declared.items() if backlog is not None}
    management_url = get_settings().management_url
    if management_url is None:
        return backlogs
    unacked = _unacked(management_url.get_secret_value(), connection.virtual_host)
    return {
        name: replace(backlog, unacked=unacked.get(name, 0)) for name, backlog in backlogs.items()
    }


def read_delayed(connection: Connection) -> int:
    """Messages of all queues that the broker holds until their countdown or retry is due."""
    levels = (_declared(connection, level_name(level)) for level in range(MAX_LEVEL + 1))
    return sum(level.ready or 0 for level in levels if level is not None)


def _declared(connection: Connection, name: str) -> Backlog | None:
    # A passive declaration of an unknown queue closes its channel: hence one channel each.
    with connection.channel() as channel:
        try:
            state = channel.queue_declare(name, passive=True)
        except NotFound:
            return None
    return Backlog(ready=state.message_count, consumers=state.consumer_count)


def _unacked(management_url: str, virtual_host: str) -> dict[str, int]:
    """Unacknowledged messages by queue name, from the management API.

    Raises:
        ConnectionError: the API refused; the status says why.
    """
    url = urlsplit(management_url)
    scheme = HTTPSConnection if url.scheme == "https" else HTTPConnection
    user = f"{unquote(url.username or '')}:{unquote(url.password or '')}"
    path = f"{url.path.rstrip('/')}/api/queues/{quote(virtual_host, safe='')}"
    server = scheme(url.hostname or "localhost", url.port, timeout=_MANAGEMENT_TIMEOUT)
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
