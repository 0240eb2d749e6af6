{% import "partials/python.jinja" as python with context %}
"""kombu's transport for Service Bus, with what it lacks: kombu 5.7 and azure-servicebus 7.15.

- To reject does nothing there: the message stays locked until its lock ends. Here it is given back,
  or a dead letter, at once; so is what a stopping worker holds.
- What is settled after a link was replaced, as after ten idle minutes, fails, and the task runs
  again. Here it is settled by the token of its lock.
- Two threads at a time use one link, which it is not made for. Here one waits for the other.
- The renewal of locks ends without a word when a link is replaced; here it does not (locks.py).
- Queues are made, and counted, by whoever uses them, who needs the right to manage the namespace.
- A countdown is held by a worker. Here Service Bus holds it.
- An error of the client ends the worker. Here a receive that fails is followed by another one.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from queue import Empty
from threading import Lock
from typing import Any, Literal

from azure.core.exceptions import AzureError
from azure.servicebus import (
    ServiceBusClient,
    ServiceBusMessage,
    ServiceBusReceivedMessage,
    ServiceBusReceiveMode,
)
from azure.servicebus.exceptions import MessageLockLostError, ServiceBusConnectionError
from azure.servicebus.management import ServiceBusAdministrationClient
from kombu.transport import azureservicebus
from kombu.utils.json import dumps

{{ python.import_own("reliability.locks", ["Locks"]) }}
{{ python.import_own("reliability.namespace", ["management", "messaging", "without_key"]) }}
{{ python.import_own("topology", ["LARGEST_MESSAGE"]) }}

#: Seconds between a receive that failed and the next.
FAILURE_PAUSE = 2
#: Seconds for a message to come, before a queue counts as empty.
PURGE_PATIENCE = 3

Settlement = Literal["completed", "abandoned", "suspended"]
_METHODS: dict[Settlement, str] = {
    "completed": "complete_message",
    "abandoned": "abandon_message",
    "suspended": "dead_letter_message",
}

logger = logging.getLogger(__name__)


class MessageTooLargeError(ValueError):
    """Service Bus takes no message of this size."""


class QueueUnavailableError(ConnectionError):
    """Service Bus does not answer, or has no such queue; workers try to connect again."""


class Channel(azureservicebus.Channel):
    """kombu's channel: what is sent, received and settled."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # What is not acknowledged when the channel closes goes through `_restore`.
        self.qos.restore_at_shutdown = True
        self._door = Lock()
        self._link = Lock()

    def _try_parse_connection_string(self) -> None:
        """Leave it to namespace.py; kombu's knows no emulator, and makes an identity each time."""

    @property
    def queue_service(self) -> ServiceBusClient:
        service: ServiceBusClient = self.connection.service
        return service

    @property
    def queue_mgmt_service(self) -> ServiceBusAdministrationClient:
        return management(self.conninfo.hostname)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Use the links of this channel; whoever waits for that, in the door, is not overtaken."""
        with self._door:
            self._link.acquire()
        try:
            yield
        finally:
            self._link.release()

    def _new_queue(self, queue: str, **_: Any) -> azureservicebus.SendReceive:
        """Take it for granted: `create-queues` makes the queues."""
        return self._add_queue_to_cache(self._entity(queue))

    def _size(self, _: str) -> int:
        """Say nothing: kombu asks whenever it declares a queue, and who may manage can know it."""
        return 0

    def _entity(self, queue: str) -> str:
        name: str = self.entity_name(self.queue_name_prefix + queue)
        return name

    def basic_consume(self, queue: str, *args: Any, **options: Any) -> Any:
        try:
            with self._turn():
                self._get_asb_receiver(self._entity(queue)).receiver.__enter__()
        except (AzureError, ValueError) as error:
            raise QueueUnavailableError(f"{queue}: {error}") from error
        return super().basic_consume(queue, *args, **options)

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        body = dumps(message)
        if len(body) > LARGEST_MESSAGE:
            name = message.get("headers", {}).get("task", "the message")
            raise MessageTooLargeError(
                f"{name} is a message of {len(body):,} bytes, and Service Bus takes"
                f" {LARGEST_MESSAGE:,} at most: keep the data in a store, and send where it is"
            )
        delay = message["properties"].get("delay_seconds")
        due = datetime.now(timezone.utc) + timedelta(seconds=delay) if delay else None
        sent = ServiceBusMessage(body, scheduled_enqueue_time_utc=due)
        try:
            self._send(self._entity(queue), sent)
        except ServiceBusConnectionError:
            # Closed for being idle, mostly: nothing was sent.
            self._send(self._entity(queue), sent)

    def _send(self, name: str, message: ServiceBusMessage) -> None:
        try:
            self._get_asb_sender(name).sender.send_messages(message)
        except AzureError:
            self._reset_cached_sender(name)
            raise

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        try:
            with self._turn():
                message: dict[str, Any] = super()._get(queue, timeout)
        except (AzureError, ValueError) as error:
            logger.warning("Service Bus brings no messages of %s: %s", queue, error)
            self._close_cached_receiver(self._entity(queue), ServiceBusReceiveMode.PEEK_LOCK)
            time.sleep(FAILURE_PAUSE)
            raise Empty from error
        return message

    def _register_for_renewal(self, queue: str, message: ServiceBusReceivedMessage) -> None:
        self.connection.locks.hold(queue, message, self.max_lock_renewal_duration)

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:  # noqa: ARG002
        self._settle(self.qos.get(delivery_tag), "completed")
        self.qos.ack(delivery_tag)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if not requeue:
            self._settle(self.qos.get(delivery_tag), "suspended")
        super().basic_reject(delivery_tag, requeue=requeue)

    def _restore(self, message: Any) -> None:
        self._settle(message, "abandoned")

    def _settle(self, message: Any, settlement: Settlement) -> None:
        received = message.delivery_info["azure_message"]
        name = message.delivery_info["azure_queue_name"]
        self.connection.locks.let_go(received)
        with self._turn():
            receiver = self._get_asb_receiver(name).receiver
            try:
                getattr(receiver, _METHODS[settlement])(received)
            except (AzureError, ValueError) as error:
                self._settle_by_token(receiver, received, settlement, error)

    def _settle_by_token(
        self,
        receiver: Any,
        received: ServiceBusReceivedMessage,
        settlement: Settlement,
        error: Exception,
    ) -> None:
        """Settle what came over a link that is gone, unless its lock is.

        The client does so itself, but only after some of the errors.
        """
        try:
            if isinstance(error, MessageLockLostError):
                raise error
            receiver._settle_message_via_mgmt_link(settlement, [received.lock_token])  # noqa: SLF001
        except (AzureError, ValueError) as last:
            # When its lock ends it is delivered again, or for the last time: MAX_RECEIVES.
            logger.warning("a message of %s is not %s: %s", receiver.entity_path, settlement, last)

    def _purge(self, queue: str) -> int:
        # kombu's ends when a fifth of a second brings fewer than ten.
        removed, began = 0, datetime.now(timezone.utc)
        mode = ServiceBusReceiveMode.RECEIVE_AND_DELETE
        with self.queue_service.get_queue_receiver(self._entity(queue), receive_mode=mode) as link:
            while received := link.receive_messages(100, max_wait_time=PURGE_PATIENCE):
                removed += len(received)
                if (received[-1].enqueued_time_utc or began) > began:
                    break  # somebody goes on sending
        return removed


class Transport(azureservicebus.Transport):
    """kombu's transport; its connections are those of the links."""

    Channel = Channel
    connection_errors = (*azureservicebus.Transport.connection_errors, AzureError, OSError)

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        retries = client.transport_options.get("retry_total", 1)
        self.service = messaging(client.hostname, retry_total=retries)
        self.locks = Locks(self.service)

    def close_connection(self, connection: Any) -> None:
        super().close_connection(connection)
        self.locks.close()

    @classmethod
    def as_uri(cls, uri: str, include_password: bool = False, mask: str = "**") -> str:
        return uri if include_password else without_key(uri, mask)
