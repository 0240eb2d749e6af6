"""The HTTP of `ServiceBusAdministrationClient`: queues made, changed, described and deleted."""

from __future__ import annotations

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from service_bus.entities import Namespace, Queue

_ENTRY = """<entry xmlns="http://www.w3.org/2005/Atom"><title type="text">{name}</title>\
<content type="application/xml">\
<QueueDescription xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect" \
xmlns:i="http://www.w3.org/2001/XMLSchema-instance">{description}{counts}</QueueDescription></content></entry>"""
_COUNTS = """<MessageCount>{total}</MessageCount><CountDetails \
xmlns:d="http://schemas.microsoft.com/netservices/2011/06/servicebus">{details}</CountDetails>"""
_DESCRIPTION = re.compile(r"<QueueDescription[^>]*?(?:/>|>(.*)</QueueDescription>)", re.DOTALL)
_COUNTED = re.compile(r"<(MessageCount|CountDetails)\b.*?</\1>", re.DOTALL)
_DURATION = re.compile(r"<LockDuration>P(?:\d+D)?T(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?</LockDuration>")
_DELIVERIES = re.compile(r"<MaxDeliveryCount>(\d+)</MaxDeliveryCount>")
# The client makes a whole address of the name.
_FORWARDS = re.compile(r"<ForwardDeadLetteredMessagesTo>(?:[^<]*/)?([^</]+)</ForwardDeadLetteredMessagesTo>")
_FEED = '<feed xmlns="http://www.w3.org/2005/Atom"></feed>'


def entry(queue: Queue) -> str:
    """What the service says about a queue."""
    counts = queue.counts()
    details = "".join(f"<d:{name}>{number}</d:{name}>" for name, number in counts.items())
    described = _COUNTS.format(total=sum(counts.values()), details=details)
    return _ENTRY.format(name=queue.name, description=queue.description, counts=described)


def lock_duration(description: str) -> float:
    """Seconds; those of the service where nothing is said."""
    found = _DURATION.search(description)
    return 60 * float(found[1] or 0) + float(found[2] or 0) if found else 60.0


def described(namespace: Namespace, name: str, description: str) -> Queue:
    """Make or change a queue as its description says."""
    queue = namespace.create(name, description)
    queue.lock_duration = lock_duration(description)
    if deliveries := _DELIVERIES.search(description):
        queue.max_deliveries = int(deliveries[1])
    if forwards := _FORWARDS.search(description):
        queue.forwards_to = namespace.find(forwards[1])
    return queue


def serve(namespace: Namespace, host: str, port: int) -> ThreadingHTTPServer:
    """A server that is not started yet."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        @property
        def queue_name(self) -> str:
            return unquote(urlsplit(self.path).path.strip("/"))

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found = _DESCRIPTION.search(body)
            description = _COUNTED.sub("", (found and found[1]) or "")
            if namespace.find(self.queue_name) and "If-Match" not in self.headers:
                self._answer(409, "<Error><Code>409</Code><Detail>it exists</Detail></Error>")
                return
            self._answer(201, entry(described(namespace, self.queue_name, description)))

        def do_GET(self) -> None:
            queue = namespace.find(self.queue_name)
            # That is how the service says that there is none.
            self._answer(200, entry(queue) if queue else _FEED)

        def do_DELETE(self) -> None:
            self._answer(200 if namespace.delete(self.queue_name) else 404, "")

        def _answer(self, status: int, body: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/atom+xml;type=entry;charset=utf-8")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return ThreadingHTTPServer((host, port), Handler)
