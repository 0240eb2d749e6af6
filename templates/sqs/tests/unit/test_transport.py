{% import "partials/python.jinja" as python with context %}
"""What kombu's transport for SQS lacks; the integration tests show it with an emulator."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES

from {{ cookiecutter._project.package }}.app import app
{{ python.import_own("reliability.transport", ["Channel", "MessageTooLargeError", "Polls", "QueuesUnavailableError", "make_queues"]) }}
{{ python.import_own("topology", ["DEAD_LETTER_QUEUE", "DEFAULT_QUEUE", "LARGEST_MESSAGE", "queue_names"]) }}

#: Nobody listens there.
NOWHERE = "sqs://emulator:emulator@127.0.0.1:9"


class Client:
    """Takes every request of boto3's client, and answers with what it is told."""

    def __init__(self, **answers: Any) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.exceptions = SimpleNamespace(QueueDoesNotExist=KeyError)
        self._answers = answers

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def request(**parameters: Any) -> Any:
            self.requests.append((operation, parameters))
            answer = self._answers.get(operation, {})
            if isinstance(answer, Exception):
                raise answer
            return answer

        return request


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A connection that was never made."""
    options = {
        "region": "eu-central-1",
        "predefined_queues": {name: {"url": f"https://sqs/1/{name}"} for name in queue_names()},
        "client-config": {"retries": {"total_max_attempts": 1}},
    }
    assert app.conf.broker_transport_options  # which loads config.py
    assert TRANSPORT_ALIASES["sqs"].endswith(".reliability.transport:Transport")
    with Connection(NOWHERE, transport_options=options) as connection:
        yield connection


@pytest.fixture
def channel(connection: Connection) -> Channel:
    channel: Channel = connection.transport.create_channel(connection.transport)
    return channel


@pytest.fixture
def delivered(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> Callable[[Client], Client]:
    """Let a message be delivered and rejected, with this client."""

    def reject(client: Client) -> Client:
        message = {"Body": "the body", "ReceiptHandle": "the receipt"}
        url = f"https://sqs/1/{DEFAULT_QUEUE.name}"
        delivery = SimpleNamespace(delivery_info={"sqs_message": message, "sqs_queue": url})
        monkeypatch.setattr(channel, "sqs", lambda **_: client)
        monkeypatch.setattr(channel.qos, "get", lambda _: delivery)
        channel._delete_rejected_message("the receipt")
        return client

    return reject


def test_what_is_rejected_goes_to_the_dead_letters_before_it_is_deleted(
    delivered: Callable[[Client], Client],
) -> None:
    (sending, sent), (deleting, deleted) = delivered(Client()).requests
    assert (sending, deleting) == ("send_message", "delete_message")
    assert sent["QueueUrl"] == f"https://sqs/1/{DEAD_LETTER_QUEUE}"
    assert sent["MessageBody"] == "the body"
    assert sent["MessageAttributes"]["queue"]["StringValue"] == DEFAULT_QUEUE.name
    assert deleted == {
        "QueueUrl": f"https://sqs/1/{DEFAULT_QUEUE.name}",
        "ReceiptHandle": "the receipt",
    }


def test_what_cannot_be_moved_stays_where_it_is(delivered: Callable[[Client], Client]) -> None:
    client = delivered(Client(send_message=EndpointConnectionError(endpoint_url="sqs")))
    assert [operation for operation, _ in client.requests] == ["send_message"]


def test_a_message_that_is_too_large_is_said_to_be(channel: Channel) -> None:
    message = {"body": "x" * LARGEST_MESSAGE, "headers": {"task": "too.large"}}
    with pytest.raises(MessageTooLargeError, match=r"^too.large is a message of 1,048,"):
        channel._put(DEFAULT_QUEUE.name, message)


def test_sqs_that_does_not_answer_is_no_connection(connection: Connection) -> None:
    with pytest.raises(QueuesUnavailableError, match=r"127\.0\.0\.1:9"):
        connection.connect()
    assert issubclass(QueuesUnavailableError, connection.transport.connection_errors)


@pytest.fixture
def polls(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> Polls:
    """One poll is open."""
    polls = Polls(sqs_connection=channel.sqs(), http_client=object())
    monkeypatch.setattr(channel, "_asynsqs", polls)
    polls.open = 1
    assert channel.open_polls == 1
    return polls


@pytest.mark.parametrize("status", [500, 503, 599])
def test_a_poll_that_fails_brings_no_messages(polls: Polls, status: int) -> None:
    response = SimpleNamespace(status=status, reason="refused")
    assert polls._on_list_ready(None, [], "ReceiveMessage", response) == {}
    assert polls.open == 0


def test_a_poll_that_is_refused_is_a_lost_connection(polls: Polls) -> None:
    response = SimpleNamespace(status=400, reason="", read=lambda: b"NonExistentQueue")
    with pytest.raises(QueuesUnavailableError, match="NonExistentQueue"):
        polls._on_list_ready(None, [], "ReceiveMessage", response)
    assert polls.open == 0


def test_a_queue_that_is_there_is_corrected_and_not_made_again() -> None:
    answers = {
        "get_queue_url": {"QueueUrl": "the url"},
        "get_queue_attributes": {"Attributes": {"QueueArn": "the arn"}},
    }
    client = Client(**answers)
    assert make_queues(client) == dict.fromkeys(queue_names(), "the url")
    operations = [operation for operation, _ in client.requests]
    assert operations.count("set_queue_attributes") == len(queue_names())
    assert "create_queue" not in operations
    missing = Client(**answers, create_queue={"QueueUrl": "another"})
    missing._answers["get_queue_url"] = KeyError()
    assert make_queues(missing) == dict.fromkeys(queue_names(), "another")
