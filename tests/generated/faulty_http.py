"""An HTTP server in front of another one, which answers some requests as a broken network or service would."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Longer than any client waits.
SILENCE = 60
HEADERS_LEFT_OUT = {"connection", "transfer-encoding", "content-length", "date", "server"}


@dataclass(frozen=True)
class Answer:
    """What a server says.

    Attributes:
        status: of HTTP.
        body: as it is sent.
        headers: without the length.
    """

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/x-amz-json-1.0"),)


def refusal(status: int, code: str) -> Answer:
    """An error as SQS words it."""
    return Answer(status, json.dumps({"__type": f"com.amazonaws.sqs#{code}", "message": "refused"}).encode())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        proxy: FaultyProxy = self.server.proxy  # type: ignore[attr-defined]
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        with suppress(OSError):
            proxy.fault(operation)(self, proxy, body)

    def forwarded(self, body: bytes) -> Answer:
        """What the real server answers."""
        upstream = http.client.HTTPConnection(self.server.proxy.upstream, timeout=SILENCE)  # type: ignore[attr-defined]
        upstream.request(self.command, self.path, body, dict(self.headers.items()))
        response = upstream.getresponse()
        kept = tuple((name, value) for name, value in response.getheaders() if name.lower() not in HEADERS_LEFT_OUT)
        return Answer(response.status, response.read(), kept)

    def say(self, answer: Answer, *, length: int | None = None, prefix: bytes = b"") -> None:
        """Send an answer, with more to come than comes if the length says so."""
        lines = [f"HTTP/1.1 {answer.status} X", f"Content-Length: {len(answer.body) if length is None else length}"]
        lines += [f"{name}: {value}" for name, value in (*answer.headers, ("Connection", "close"))]
        self.wfile.write(prefix + "\r\n".join(lines).encode() + b"\r\n\r\n" + answer.body)
        self.wfile.flush()

    def reset(self) -> None:
        """End the connection as a host does that has forgotten it."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def handle_error(self, *_: object) -> None:
        """Keep quiet: connections are to end here."""


Fault = "Callable[[_Handler, FaultyProxy, bytes], None]"


def _pass(handler: _Handler, _: FaultyProxy, body: bytes) -> None:
    handler.say(handler.forwarded(body))


def _slow(handler: _Handler, proxy: FaultyProxy, body: bytes) -> None:
    proxy.over.wait(3)
    handler.say(handler.forwarded(body))


def _silent(_: _Handler, proxy: FaultyProxy, __: bytes) -> None:
    proxy.over.wait(SILENCE)


def _reset(handler: _Handler, _: FaultyProxy, __: bytes) -> None:
    handler.reset()


def _no_answer(_: _Handler, __: FaultyProxy, ___: bytes) -> None:
    """Close the connection: curl's code 52."""


def _cut(handler: _Handler, _: FaultyProxy, __: bytes) -> None:
    """curl's code 18."""
    handler.say(Answer(200, b'{"Mess'), length=1000)


def _lost_answer(handler: _Handler, _: FaultyProxy, body: bytes) -> None:
    handler.forwarded(body)
    handler.reset()


def _no_http(handler: _Handler, _: FaultyProxy, __: bytes) -> None:
    handler.wfile.write(b"\x16\x03\x01 not HTTP\r\n\r\n")


def _bad_header(handler: _Handler, _: FaultyProxy, body: bytes) -> None:
    handler.say(Answer(200, b"{}", (("a line", "of two\r\nno header"),)))


def _said(answer: Answer) -> Callable[[_Handler, FaultyProxy, bytes], None]:
    return lambda handler, _, __: handler.say(answer)


# Nobody listens, so nobody sees a request.
REFUSED = "refused"
FAULTS: dict[str, Callable[[_Handler, FaultyProxy, bytes], None]] = {
    "none": _pass,
    REFUSED: _pass,
    "slow": _slow,
    "silent": _silent,
    "reset": _reset,
    "no answer": _no_answer,
    "cut off": _cut,
    "no HTTP": _no_http,
    "a bad header": _bad_header,
    "the answer is lost": _lost_answer,
    "500": _said(refusal(500, "InternalError")),
    "500 in HTML": _said(Answer(500, b"<html>Internal Server Error</html>", (("Content-Type", "text/html"),))),
    "502 and empty": _said(Answer(502, b"", ())),
    "503": _said(refusal(503, "ServiceUnavailable")),
    "throttled": _said(refusal(400, "RequestThrottled")),
    "denied": _said(refusal(403, "AccessDeniedException")),
    "expired": _said(refusal(403, "ExpiredToken")),
    "no queue": _said(refusal(400, "QueueDoesNotExist")),
    "200 in HTML": _said(Answer(200, b"<html>Sign in</html>", (("Content-Type", "text/html"),))),
    "200 and a list": _said(Answer(200, b"[]")),
    "200 and a number": _said(Answer(200, b"1")),
    "200 and another shape": _said(Answer(200, b'{"Attributes": [], "Messages": [1], "MessageId": 1}')),
    "200 and empty": _said(Answer(200, b"", ())),
    "200 and no text": _said(Answer(200, b"\xff\xfe\x00")),
}


@dataclass
class FaultyProxy:
    """The server between.

    Attributes:
        upstream: host and port of the real one.
        over: set when a fault ends: nobody waits longer.
        seen: how often a fault was met, by operation.
    """

    upstream: str
    over: threading.Event = field(default_factory=threading.Event)
    seen: Counter[str] = field(default_factory=Counter)
    _faults: dict[str, str] = field(default_factory=dict)
    _server: _Server | None = None
    _port: int = 0

    def start(self) -> str:
        """Listen; the host and port."""
        self._server = _Server(("127.0.0.1", self._port), _Handler)
        self._server.proxy = self  # type: ignore[attr-defined]
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return f"127.0.0.1:{self._port}"

    def misbehave(self, fault: str, *operations: str) -> None:
        """Answer these operations, or all, so from now on."""
        self.over.clear()
        self.seen.clear()
        self._faults = dict.fromkeys(operations or ("",), fault)
        if fault == REFUSED:
            self._close()

    def behave(self) -> None:
        """Pass everything on."""
        if not self._server:
            self.start()
        self._faults = {}
        self.over.set()

    def fault(self, operation: str) -> Callable[[_Handler, FaultyProxy, bytes], None]:
        """What is done with a request."""
        faults = self._faults
        name = faults.get(operation, faults.get("", "none"))
        if name != "none":
            self.seen[operation] += 1
        return FAULTS[name]

    def stop(self) -> None:
        """Listen no more."""
        self.behave()
        self._close()

    def _close(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
