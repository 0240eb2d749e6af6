"""Unacked messages are counted by the management API."""

import json
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from standard_rabbitmq.ops.backlog import _unacked

LOGIN = b64encode(b"user:p@ss").decode()


class Management(BaseHTTPRequestHandler):
    """The one answer that is needed, for the right login and the default virtual host."""

    def do_GET(self) -> None:
        path, _, _ = self.path.partition("?")
        known = self.headers["Authorization"] == f"Basic {LOGIN}" and path == "/api/queues/%2F"
        self.send_response(200 if known else 401)
        self.end_headers()
        self.wfile.write(json.dumps([{"name": "q", "messages_unacknowledged": 7}]).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Management) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_management_api_is_asked_with_the_login_of_its_url(address: str) -> None:
    assert _unacked(f"http://user:p%40ss@{address}", "/") == {"q": 7}


def test_a_wrong_login_is_said(address: str) -> None:
    with pytest.raises(ConnectionError, match="the management API answered 401"):
        _unacked(f"http://user:wrong@{address}", "/")
