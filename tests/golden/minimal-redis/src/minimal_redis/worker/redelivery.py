"""What a worker holds when its connection to Redis is lost.

Messages that were delivered are in the hash `unacked`, whatever becomes of the worker. kombu (5.7)
puts them back while it closes the lost connection. When the server restarts, that goes wrong:

- The server is away at that moment, so nothing is put back: what waited in the worker for a free
  process, for its rate limit or for its countdown runs after the visibility timeout.
- The second attempt is made on a channel without a connection: an AttributeError, and the worker
  ends (kombu/transport/redis.py, `_connparams`). So does one that acknowledges there.
- What was taken from its queue a moment before cannot be written to `unacked`, and is dropped.

Here, what has not begun goes back to its queue when the worker is connected again, and what runs
is acknowledged on the new connection.
"""

import logging
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, Any

from celery.worker.consumer import Consumer as CeleryConsumer
from celery.worker.state import active_requests
from kombu.transport.virtual import QoS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kombu import Message

logger = logging.getLogger(__name__)


class Deliveries:
    """The channel of every message that a worker holds, whichever connection brought it."""

    #: kombu asks the channel of a message for it.
    no_ack_consumers = None

    def __init__(self, connection_errors: tuple[type[Exception], ...]) -> None:
        self._connection_errors = connection_errors
        self._channel: Any = None
        #: By delivery tag, the oldest first.
        self._held: dict[str, Message] = {}
        self._running: set[str] = set()
        self._unwritten: list[Message] = []
        self._unsaid: dict[str, Callable[[Any], None]] = {}

    def receive(self, message: "Message") -> bool:
        """Answer for a message from now on; return whether its task may begin."""
        message.channel = self
        self._held[message.delivery_tag] = message
        # A connection that is closed may bring a last one.
        return self._channel is not None

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """Acknowledge, now or on the next connection."""
        self._say(delivery_tag, lambda channel: channel.basic_ack(delivery_tag, multiple=multiple))

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Reject, now or on the next connection."""
        self._say(delivery_tag, lambda channel: channel.basic_reject(delivery_tag, requeue=requeue))

    def _say(self, delivery_tag: str, say: "Callable[[Any], None]") -> None:
        self._held.pop(delivery_tag, None)
        if self._channel is None:
            self._unsaid[delivery_tag] = say
            return
        try:
            say(self._channel)
        except self._connection_errors as error:
            logger.warning("%s is settled on the next connection: %r", delivery_tag, error)
            self._unsaid[delivery_tag] = say

    def disconnect(self, running: Collection[str]) -> None:
        """Let a lost connection be closed; safe to repeat.

        Args:
            running: the delivery tags of tasks that go on.
        """
        if self._channel is not None:
            self._channel.do_restore = False
            self._channel = None
            self._running.update(running)

    def connect(self, channel: Any) -> None:
        """Make good on a new connection what the last one could not.

        Raises:
            Exception: a connection error, when this one is lost too. Nothing is forgotten.
        """
        self._channel = channel
        # Those that have ended since then are acknowledged in a moment.
        self._running.intersection_update(self._held)
        self._return(channel, [tag for tag in self._held if tag not in self._running])
        for tag, message in self._held.items():
            # So that it counts as prefetched, and returns if the worker is stopped. Not kombu's
            # own `append` for this server, which would write to `unacked` what is there.
            QoS.append(channel.qos, message, tag)
        while self._unsaid:
            tag = next(iter(self._unsaid))
            self._unsaid[tag](channel)
            del self._unsaid[tag]
        channel.qos.append = partial(self._write, channel.qos.append)

    def _return(self, channel: Any, waiting: list[str]) -> None:
        """Put back what has not begun, each at the front of its queue: the oldest last."""
        if waiting or self._unwritten:
            logger.warning("%d tasks return to their queues", len(waiting) + len(self._unwritten))
        while self._unwritten:
            message = self._unwritten[-1]
            channel.qos.append(message, message.delivery_tag)
            channel.basic_reject(message.delivery_tag, requeue=True)
            self._unwritten.pop()
        for tag in reversed(waiting):
            channel.qos.restore_by_tag(tag)
            del self._held[tag]

    def _write(
        self, write: "Callable[[Message, str], None]", message: "Message", delivery_tag: str
    ) -> None:
        """Write a message to `unacked`, as kombu does, and keep it if that fails."""
        try:
            write(message, delivery_tag)
        except self._connection_errors:
            self._unwritten.append(message)
            raise


class Consumer(CeleryConsumer):
    """Celery's consumer; with a lost connection it loses neither time nor tasks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deliveries = Deliveries(self.connection_errors)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Celery closes the connection here, and forgets what has not begun soon after."""
        running = tuple(active_requests)
        self._deliveries.disconnect([request.message.delivery_tag for request in running])
        super().on_connection_error_after_connected(exc)

    def create_task_handler(self, *args: Any, **kwargs: Any) -> "Callable[[Message], Any]":
        """Celery calls this on each connection, before the first message."""
        self._deliveries.connect(self.task_consumer.channel)
        handle = super().create_task_handler(*args, **kwargs)

        def on_task_received(message: "Message") -> Any:
            return handle(message) if self._deliveries.receive(message) else None

        return on_task_received
