"""What kombu's transport for SQS lacks; the integration tests show it with an emulator."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from kombu import Connection
from kombu.asynchronous import Hub, get_event_loop, set_event_loop
from kombu.transport import SQS, TRANSPORT_ALIASES
from kombu.transport.SQS.exceptions import AccessDeniedQueueException

from standard_sqs.app import app
from standard_sqs.reliability.transport import (
    FAILURE_PAUSE,
    Channel,
    MessageTooLargeError,
    Polls,
    QueuesUnavailableError,
    make_queues,
)
from standard_sqs.topology import DEAD_LETTER_QUEUE, DEFAULT_QUEUE, LARGEST_MESSAGE, queue_names

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


@pytest.mark.parametrize("status", [400, 403, 500, 503, 599])
def test_a_poll_that_fails_brings_no_messages_and_the_next_one_waits(
    channel: Channel, polls: Polls, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    response = SimpleNamespace(status=status, reason="refused", read=lambda: None)
    assert polls._on_list_ready(None, [], "ReceiveMessage", response) == {}
    assert polls.open == 0
    later: list[tuple[object, ...]] = []
    hub = SimpleNamespace(call_later=lambda *call: later.append(call))
    monkeypatch.setattr(channel, "hub", hub)
    monkeypatch.setattr(channel, "_remake_queues", lambda: None)
    channel._loop1(DEFAULT_QUEUE.name, 0)
    assert later == [(FAILURE_PAUSE, channel._schedule_queue, DEFAULT_QUEUE.name)]


def test_a_poll_that_is_answered_with_a_page_has_failed(polls: Polls) -> None:
    response = SimpleNamespace(status=200, reason="", read=lambda: b"<html>Sign in</html>")
    assert polls._on_list_ready(None, [], "ReceiveMessage", response) == {}
    assert (polls.open, polls.failed) == (0, True)


def test_a_poll_that_cannot_be_sent_has_failed(
    polls: Polls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "get_list", _raise(RuntimeError("credentials are still expired")))
    messages: list[object] = []
    polls.receive_message("queue", "https://sqs/1/queue", callback=messages.append)
    assert (messages, polls.open, polls.failed) == ([{}], 1, True)


REFUSED = ClientError({"Error": {"Code": "QueueDoesNotExist", "Message": ""}}, "an operation")


def _raise(error: Exception) -> Callable[..., Any]:
    def refuse(*_: object, **__: object) -> None:
        raise error

    return refuse


def test_a_worker_whose_queue_is_missing_connects_again(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(get_queue_attributes=REFUSED)
    monkeypatch.setattr(channel, "sqs", lambda **_: client)
    monkeypatch.setattr(channel, "hub", None)
    with pytest.raises(QueuesUnavailableError, match=DEFAULT_QUEUE.name):
        channel.queue_declare(DEFAULT_QUEUE.name)


def test_what_cannot_be_returned_is_left_to_its_visibility_timeout(
    channel: Channel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(SQS.Channel, "_restore", _raise(REFUSED))
    channel.qos.prefetch_count = 1
    message = SimpleNamespace(delivery_info={"routing_key": DEFAULT_QUEUE.name})
    channel.qos.append(message, "the receipt")
    assert not channel.qos.can_consume()
    channel.basic_reject("the receipt", requeue=True)
    assert channel.qos.can_consume()
    assert f"a message returns to {DEFAULT_QUEUE.name} after" in caplog.text


def test_a_message_that_may_not_be_deleted_does_not_end_the_worker(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SQS.Channel, "basic_ack", _raise(AccessDeniedQueueException("no right")))
    with pytest.raises(QueuesUnavailableError, match="no right"):
        channel.basic_ack("the receipt")


def test_a_worker_that_connects_again_polls_again(channel: Channel) -> None:
    hub = Hub()
    set_event_loop(hub)
    try:
        hub.reset()
        assert get_event_loop() is None
        channel.connection.register_with_event_loop(channel.connection, hub)
        assert (channel.hub, get_event_loop()) == (hub, hub)
    finally:
        set_event_loop(None)
        hub.close()


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
