"""What counts as an answer of SQS's; a server that starts here gives those that do not."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from standard_sqs.reliability.answers import NotNowError, is_answer, watch

URL = "https://sqs/1/queue"


class Handler(BaseHTTPRequestHandler):
    """Says what the server was told."""

    def do_POST(self) -> None:
        status, body = self.server.answer  # type: ignore[attr-defined]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Any]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client(server: Any) -> Any:
    client = boto3.client(
        "sqs",
        region_name="eu-central-1",
        endpoint_url=f"http://127.0.0.1:{server.server_port}",
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )
    return watch(client)


def refusal(code: str) -> bytes:
    return json.dumps({"__type": f"com.amazonaws.sqs#{code}", "message": "the reason"}).encode()


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>Sign in</html>"),
        (200, b'{"MessageId": "cut o'),
        (200, b"[]"),
        (200, b'{"MessageId": null}'),
        (200, b"\xff\xfe"),
        (200, b"{}"),
        (200, b""),
        (500, refusal("InternalError")),
        (503, b"<html>Service Unavailable</html>"),
        (400, refusal("RequestThrottled")),
    ],
)
def test_a_message_counts_as_sent_when_sqs_says_so_and_another_time_is_as_good(
    server: Any, client: Any, answer: tuple[int, bytes]
) -> None:
    server.answer = answer
    with pytest.raises(NotNowError, match=r"^SendMessage: "):
        client.send_message(QueueUrl=URL, MessageBody="the body")


def test_what_sqs_does_or_refuses_for_good_is_as_boto3_has_it(server: Any, client: Any) -> None:
    server.answer = (200, b'{"MessageId": "1", "MD5OfMessageBody": "2"}')
    assert client.send_message(QueueUrl=URL, MessageBody="the body")["MessageId"] == "1"
    server.answer = (200, b"")
    client.delete_message(QueueUrl=URL, ReceiptHandle="the receipt")
    server.answer = (400, refusal("QueueDoesNotExist"))
    with pytest.raises(client.exceptions.QueueDoesNotExist):
        client.send_message(QueueUrl=URL, MessageBody="the body")
    server.answer = (403, refusal("AccessDeniedException"))
    with pytest.raises(ClientError, match="AccessDenied"):
        client.send_message(QueueUrl=URL, MessageBody="the body")


def test_a_poll_may_bring_nothing() -> None:
    assert is_answer("ReceiveMessage", b"{}")
    assert is_answer("ReceiveMessage", b'{"Messages": []}')
    assert not is_answer("ReceiveMessage", b"<html>")


def test_what_has_another_shape_is_no_answer() -> None:
    assert not is_answer("ReceiveMessage", b'{"Messages": {}}')
    assert not is_answer("ReceiveMessage", b'{"Messages": ["a text"]}')
    assert not is_answer("GetQueueAttributes", b'{"Attributes": []}')
    assert is_answer("GetQueueAttributes", b'{"Attributes": {"QueueArn": "the arn"}}')
