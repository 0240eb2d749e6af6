"""The AMQP side: links to queues, tokens for them, and the requests of a queue's $management."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from proton import Array, Condition, Data, Delivery, Described, Link, Message, Terminus, symbol, timestamp, ulong
from proton.handlers import MessagingHandler

if TYPE_CHECKING:
    from service_bus.entities import Namespace, Queue, Stored

_RENEW_LOCK = "com.microsoft:renew-lock"
_PEEK = "com.microsoft:peek-message"
_LOCK_LOST = Condition("com.microsoft:message-lock-lost", "The lock supplied is invalid.")
_LOOK = 0.05
# Bytes, of the standard tier.
_LARGEST = 256 * 1024


class Server(MessagingHandler):
    """All connections, in one thread."""

    def __init__(self, namespace: Namespace, address: str) -> None:
        super().__init__(prefetch=100, auto_accept=False, auto_settle=False)
        self._namespace = namespace
        self._address = address
        #: Links that messages are delivered to.
        self._receivers: list[Any] = []
        self._refused: list[Any] = []
        self._replies: dict[Any, dict[str, Any]] = defaultdict(dict)

    def on_start(self, event: Any) -> None:
        event.container.listen(self._address)
        event.container.schedule(_LOOK, self)

    def on_timer_task(self, event: Any) -> None:
        for link in self._receivers:
            self._deliver(link)
        event.container.schedule(_LOOK, self)

    def on_link_opening(self, event: Any) -> None:
        link = event.link
        link.source.copy(link.remote_source)
        link.target.copy(link.remote_target)
        address = (link.remote_source if link.is_sender else link.remote_target).address or ""
        if address.endswith(("$cbs", "$management")):
            if link.is_sender:
                self._replies[event.connection][address] = link
            return
        queue = self._namespace.find(_path(address))
        if queue is None:
            self._refused.append(link)
            return
        link.context = queue
        link.snd_settle_mode, link.rcv_settle_mode = link.remote_snd_settle_mode, link.remote_rcv_settle_mode
        if link.is_sender:
            self._receivers.append(link)
        else:
            link.max_message_size = _LARGEST

    def on_link_local_open(self, event: Any) -> None:
        """Close what is to be refused: it has to be open for that."""
        if event.link in self._refused:
            self._refused.remove(event.link)
            event.link.condition = Condition("amqp:not-found", "The messaging entity could not be found.")
            event.link.close()

    def on_link_flow(self, event: Any) -> None:
        link = event.link
        if link in self._receivers:
            self._deliver(link)
            if link.is_sender and link.drain_mode:
                link.drained()

    def on_link_closing(self, event: Any) -> None:
        self._forget(event.link)

    on_link_closed = on_link_closing

    def on_disconnected(self, event: Any) -> None:
        connection = event.connection
        self._replies.pop(connection, None)
        for link in [link for link in self._receivers if link.connection == connection]:
            self._forget(link)

    def _forget(self, link: Any) -> None:
        # What it has not settled stays locked, as on the service.
        if link in self._receivers:
            self._receivers.remove(link)

    def _deliver(self, link: Any) -> None:
        queue: Queue = link.context
        settled = link.remote_snd_settle_mode == Link.SND_SETTLED
        while link.credit > 0:
            stored = queue.take(lock=not settled)
            if stored is None:
                return
            # The client takes the tag for the lock's token, in the byte order of .NET.
            delivery = link.delivery(stored.lock.bytes_le if stored.lock else stored.sequence.to_bytes(16, "little"))
            delivery.lock = stored.lock
            link.send(_outgoing(stored).encode())
            link.advance()
            if settled:
                delivery.settle()

    def on_delivery(self, event: Any) -> None:
        """Do what a receiver says about a message that it has, and say that it is done."""
        link, delivery = event.link, event.delivery
        token = getattr(delivery, "lock", None) if link.is_sender and delivery.updated else None
        if token is None or not delivery.remote_state:
            return
        delivery.lock = None
        if self._apply(link.context, token, delivery):
            delivery.update(delivery.remote_state)
        else:
            delivery.local.condition = _LOCK_LOST
            delivery.update(Delivery.REJECTED)
        delivery.settle()

    def _apply(self, queue: Queue, token: UUID, delivery: Any) -> bool:
        state = delivery.remote_state
        if state == Delivery.ACCEPTED:
            return queue.complete(token)
        if state == Delivery.REJECTED:
            condition = delivery.remote.condition
            return queue.bury(token, str((condition and condition.info or {}).get("DeadLetterReason", "")))
        return queue.release(token, failed=state == Delivery.MODIFIED and delivery.remote.failed)

    def on_message(self, event: Any) -> None:
        link, message = event.link, event.message
        address = link.remote_target.address or ""
        if address.endswith("$cbs"):
            self._reply(event, "$cbs", message, {"status-code": 202, "status-description": "Accepted"})
        elif address.endswith("$management"):
            self._manage(event, address, message)
        elif (queue := getattr(link, "context", None)) is None:
            return  # sent before it was known that there is no such queue
        else:
            scheduled = (message.annotations or {}).get("x-opt-scheduled-enqueue-time", 0) / 1000.0
            queue.put(message, scheduled)
        event.delivery.update(Delivery.ACCEPTED)
        event.delivery.settle()

    def _manage(self, event: Any, address: str, message: Any) -> None:
        queue = self._namespace.find(_path(address).removesuffix("/$management"))
        operation = message.properties["operation"]
        body: dict[str, Any] = {}
        status = 200
        if queue is None:
            status = 404
        elif operation == _RENEW_LOCK:
            (token,) = list(message.body["lock-tokens"].elements)
            until = queue.renew(token)
            status = 200 if until else 410
            body = {"expirations": Array(None, Data.TIMESTAMP, timestamp(int((until or 0) * 1000)))}
        elif operation == _PEEK:
            first = int(message.body["from-sequence-number"])
            limit = int(message.body["message-count"])
            seen = [one for one in queue.messages if one.sequence >= first][:limit]
            status = 200 if seen else 204
            body = {"messages": [{"message": _outgoing(one).encode()} for one in seen]}
        else:
            status = 501
        properties: dict[str, Any] = {"statusCode": status, "statusDescription": operation}
        if status == 410:
            properties["errorCondition"] = symbol("com.microsoft:message-lock-lost")
        self._reply(event, address, message, properties, body)

    def _reply(
        self, event: Any, address: str, request: Any, properties: dict[str, Any], body: dict[str, Any] | None = None
    ) -> None:
        link = next(
            link
            for known, link in self._replies[event.connection].items()
            if known.endswith(address.rpartition("/")[2])
        )
        answer = Message(body=body or {}, correlation_id=request.id, properties=properties)
        link.send(answer)


def _outgoing(stored: Stored) -> Any:
    message = stored.message
    message.inferred = True
    message.delivery_count = stored.deliveries
    annotations = dict(message.annotations or {})
    annotations[symbol("x-opt-sequence-number")] = stored.sequence
    annotations[symbol("x-opt-enqueued-time")] = timestamp(int(stored.enqueued * 1000))
    if stored.lock:
        annotations[symbol("x-opt-locked-until")] = timestamp(int(stored.locked_until * 1000))
    message.annotations = annotations
    if stored.reason:
        message.properties = {**(message.properties or {}), "DeadLetterReason": stored.reason}
    return message


def _path(address: str) -> str:
    """Of `amqps://namespace/queue`, the queue."""
    return address.partition("://")[2].partition("/")[2] if "://" in address else address
