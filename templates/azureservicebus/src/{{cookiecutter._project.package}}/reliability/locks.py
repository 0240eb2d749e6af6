"""The locks of the messages that a worker holds: renewed, as long as it does.

azure-servicebus has an AutoLockRenewer. It stops, and says nothing, when the link that a message
came over is replaced; kombu's has a link of its own, which takes messages away from the worker.
"""

import logging
import threading
import time
from dataclasses import dataclass

from azure.core.exceptions import AzureError
from azure.servicebus import ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver
from azure.servicebus.exceptions import MessageAlreadySettled, MessageLockLostError

from {{ cookiecutter._project.package }}.topology import LOCK

#: Seconds between two renewals of a lock: two of three may fail.
INTERVAL = LOCK / 3

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Held:
    """A message that is being worked on; `until` by the clock of `monotonic`."""

    queue: str
    message: ServiceBusReceivedMessage
    until: float


class Locks:
    """Renews locks in a thread, which it starts with the first message."""

    def __init__(self, service: ServiceBusClient) -> None:
        self._service = service
        self._held: dict[int, Held] = {}
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def hold(self, queue: str, message: ServiceBusReceivedMessage, longest: float) -> None:
        """Keep a message of a queue locked, for so many seconds at most."""
        self._held[id(message)] = Held(queue, message, time.monotonic() + longest)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="locks", daemon=True)
            self._thread.start()

    def let_go(self, message: ServiceBusReceivedMessage) -> None:
        """Renew its lock no longer."""
        self._held.pop(id(message), None)

    def close(self) -> None:
        """Let go of all of them."""
        self._closed.set()
        self._held.clear()

    def _run(self) -> None:
        while not self._closed.wait(INTERVAL):
            held = [one for one in list(self._held.values()) if one.until > time.monotonic()]
            for queue in {one.queue for one in held}:
                self.renew(queue, [one.message for one in held if one.queue == queue])

    def renew(self, queue: str, messages: list[ServiceBusReceivedMessage]) -> None:
        """Renew locks over a link of its own, as those of the worker wait for messages.

        It is closed again at once: whatever it is given meanwhile goes back.
        """
        try:
            with self._service.get_queue_receiver(queue) as receiver:
                for message in messages:
                    self._renew(receiver, message)
        except AzureError as error:
            logger.warning("locks of %s are not renewed, for now: %s", queue, error)

    def _renew(self, receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage) -> None:
        try:
            receiver.renew_message_lock(message)
        except MessageAlreadySettled:
            self.let_go(message)  # just now
        except MessageLockLostError:
            self.let_go(message)
            logger.warning("the lock of a message of %s is lost: another worker gets it", receiver)
