"""The AMQP side: links to queues, tokens for them, and the requests of a queue's $management."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from proton import Array, Condition, Data, Delivery, Link, Message, symbol, timestamp
from proton.handlers import MessagingHandler

if TYPE_CHECKING:
    from service_bus.entities import Namespace, Queue, Session, Stored

_RENEW_LOCK = "com.microsoft:renew-lock"
_DISPOSE = "com.microsoft:update-disposition"
_RENEW_SESSION = "com.microsoft:renew-session-lock"
_GET_STATE = "com.microsoft:get-session-state"
_SET_STATE = "com.microsoft:set-session-state"
_SESSION_FILTER = symbol("com.microsoft:session-filter")
_SESSION_TAKEN = Condition("com.microsoft:session-cannot-be-locked", "The session is locked by another receiver.")
# 1970, in what .NET counts from the year 1.
_EPOCH = 621355968000000000
_LOCK_LOST = Condition("com.microsoft:message-lock-lost", "The lock supplied is invalid.")
_LOOK = 0.05
# Bytes, of the standard tier.
_LARGEST = 256 * 1024


class Server(MessagingHandler):  # type: ignore[misc]  # proton has no types
    """All connections, in one thread."""

    def __init__(self, namespace: Namespace, address: str) -> None:
        super().__init__(prefetch=100, auto_accept=False, auto_settle=False)
        self._namespace = namespace
        self._address = address
        #: Links that messages are delivered to.
        self._receivers: list[Any] = []
        self._refused: dict[Any, Condition] = {}
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
            self._refused[link] = Condition("amqp:not-found", "The messaging entity could not be found.")
            return
        if link.is_sender and not self._may_receive(link, queue):
            self._refused[link] = _SESSION_TAKEN
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
            event.link.condition = self._refused.pop(event.link)
            event.link.close()

    def _may_receive(self, link: Any, queue: Queue) -> bool:
        """Lock the session that the link asks for, if it asks for one."""
        link.remote_source.filter.rewind()
        wanted = link.remote_source.filter.get_dict() if link.remote_source.filter.next() else {}
        name = wanted.get(_SESSION_FILTER)
        if name is None:
            return True
        until = queue.lock_session(str(name), link)
        if until:
            link.properties = {symbol("com.microsoft:locked-until-utc"): _EPOCH + int(until * 10_000_000)}
        return until is not None

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
            link.context.unlock_sessions(link)

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
            details = (condition.info if condition else None) or {}
            return queue.bury(token, str(details.get("DeadLetterReason", "")))
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
            message.body = _copy(message.body)
            queue.put(message, scheduled)
        event.delivery.update(Delivery.ACCEPTED)
        event.delivery.settle()

    def _manage(self, event: Any, address: str, message: Any) -> None:
        queue = self._namespace.find(_path(address).removesuffix("/$management"))
        operation = message.properties["operation"]
        answer = self._answers[operation](self, queue, message.body, event.connection) if queue else None
        properties: dict[str, Any] = {"statusCode": 200, "statusDescription": operation}
        if answer is None:
            lost = "session-lock-lost" if "session" in operation else "message-lock-lost"
            properties.update(statusCode=410, errorCondition=symbol(f"com.microsoft:{lost}"))
        self._reply(event, address, message, properties, answer)

    def _renew(self, queue: Queue, body: Any, _: Any) -> dict[str, Any] | None:
        (token,) = body["lock-tokens"].elements
        until = queue.renew(token)
        return {"expirations": Array(None, Data.TIMESTAMP, _milliseconds(until))} if until else None

    def _dispose(self, queue: Queue, body: Any, _: Any) -> dict[str, Any] | None:
        (token,) = body["lock-tokens"].elements
        status = body["disposition-status"]
        if status == "completed":
            done = queue.complete(token)
        elif status == "suspended":
            done = queue.bury(token, body.get("deadletter-reason") or "")
        else:
            done = queue.release(token, failed=True)
        return {} if done else None

    def _renew_session(self, queue: Queue, body: Any, connection: Any) -> dict[str, Any] | None:
        session = queue.sessions[body["session-id"]]
        if not _holds(session, connection):
            return None
        return {"expiration": _milliseconds(queue.lock_session(body["session-id"], session.holder) or 0)}

    def _get_state(self, queue: Queue, body: Any, connection: Any) -> dict[str, Any] | None:
        session = queue.sessions[body["session-id"]]
        return {"session-state": session.state} if _holds(session, connection) else None

    def _set_state(self, queue: Queue, body: Any, connection: Any) -> dict[str, Any] | None:
        session = queue.sessions[body["session-id"]]
        if not _holds(session, connection):
            return None
        session.state = _copy(body["session-state"])
        return {}

    _answers: ClassVar = {
        _RENEW_LOCK: _renew,
        _DISPOSE: _dispose,
        _RENEW_SESSION: _renew_session,
        _GET_STATE: _get_state,
        _SET_STATE: _set_state,
    }

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
    annotations[symbol("x-opt-enqueued-time")] = _milliseconds(stored.enqueued)
    if stored.lock:
        annotations[symbol("x-opt-locked-until")] = _milliseconds(stored.locked_until)
    if stored.source:
        annotations[symbol("x-opt-deadletter-source")] = stored.source
    message.annotations = annotations
    if stored.reason:
        message.properties = {**(message.properties or {}), "DeadLetterReason": stored.reason}
    return message


def _holds(session: Session, connection: Any) -> bool:
    return bool(session.holder and session.holder.connection == connection and session.locked_until > time.time())


def _copy(value: Any) -> Any:
    """Proton shows bytes where they were received, and the next frame goes there too."""
    return bytes(value) if isinstance(value, memoryview) else value


def _milliseconds(moment: float) -> Any:
    return timestamp(int(moment * 1000))


def _path(address: str) -> str:
    """Of `amqps://namespace/queue`, the queue."""
    return address.partition("://")[2].partition("/")[2] if "://" in address else address
