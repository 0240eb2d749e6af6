{% import "partials/python.jinja" as python with context %}
"""What kombu's transport for Pub/Sub lacks; the integration tests show it with an emulator."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from queue import Empty
from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core.exceptions import AlreadyExists, NotFound, ServiceUnavailable
from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability import transport
{{ python.import_own("reliability.transport", ["Channel", "MessageTooLargeError", "QueuesUnavailableError", "UnknownQueueError", "make_queues"]) }}
{{ python.import_own("topology", ["DEAD_LETTER_QUEUE", "DEFAULT_QUEUE", "LARGEST_MESSAGE", "queue_names"]) }}

SUBSCRIPTION = f"projects/my-project/subscriptions/{DEFAULT_QUEUE.name}"
DEAD_LETTERS = f"projects/my-project/topics/{DEAD_LETTER_QUEUE}"
DOWN = ServiceUnavailable("down")
BODY = b64encode(b"the body").decode()


class Client:
    """Takes every request of Google's clients, and answers with what it is told."""

    def __init__(self, **answers: Any) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.transport = SimpleNamespace(close=lambda: None)
        self._answers = answers

    def publish(self, topic: str, data: bytes, **options: Any) -> Any:
        self.requests.append(("publish", {"topic": topic, "data": data, **options}))

        def result(_: float) -> object:
            if "publish" in self._answers:
                raise self._answers["publish"]
            return "the id"

        return SimpleNamespace(result=result)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def request(request: dict[str, Any], **_: Any) -> Any:
            self.requests.append((operation, request))
            answer = self._answers.get(operation)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return request

    def asked(self) -> list[str]:
        return [operation for operation, _ in self.requests]


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """A connection that was never made; nobody listens there."""
    options = app.conf.broker_transport_options  # which loads config.py
    assert TRANSPORT_ALIASES["gcpubsub"].endswith(".reliability.transport:Transport")
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", "127.0.0.1:9")
    url = "gcpubsub://projects/my-project"
    with Connection(url, transport_options=options) as connection:
        yield connection


@pytest.fixture
def channel(connection: Connection) -> Channel:
    channel: Channel = connection.transport.create_channel(connection.transport)
    return channel


@pytest.fixture
def answered(channel: Channel) -> Callable[..., Client]:
    """Put a client in place of Google's two."""

    def answer(**answers: Any) -> Client:
        client = Client(**answers)
        channel.__dict__.update(publisher=client, subscriber=client)
        return client

    return answer


@pytest.fixture
def delivered(channel: Channel) -> str:
    """The delivery tag of a message that a worker holds."""
    source = {"queue": DEFAULT_QUEUE.name, "ack_id": "its ack id"}
    place = {"exchange": "here", "routing_key": "there", "gcpubsub_message": source}
    message = channel.Message(
        {
            "body": BODY,
            "headers": {"task": "a.task"},
            "properties": {
                "body_encoding": "base64",
                "delivery_tag": "tag",
                "delivery_info": place,
            },
        },
        channel=channel,
    )
    channel.queue(DEFAULT_QUEUE.name).unacked_ids.append("its ack id")
    channel.qos.prefetch_count = 1
    channel.qos.append(message, "tag")
    assert not channel.qos.can_consume()
    return "tag"


def is_forgotten(channel: Channel) -> bool:
    """Whether nobody extends the lease, and there is room for another message."""
    return not len(channel.queue(DEFAULT_QUEUE.name).unacked_ids) and channel.qos.can_consume()


def test_what_is_rejected_goes_to_the_dead_letters_before_it_is_dropped(
    channel: Channel, delivered: str, answered: Callable[..., Client]
) -> None:
    (sending, letter), (dropping, dropped) = _rejected(channel, delivered, answered())
    assert (sending, dropping) == ("publish", "acknowledge")
    assert (letter["topic"], letter["queue"]) == (DEAD_LETTERS, DEFAULT_QUEUE.name)
    message = json.loads(letter["data"])
    assert (message["body"], message["headers"]) == (BODY, {"task": "a.task"})
    place = message["properties"]["delivery_info"]
    assert place == {"exchange": "here", "routing_key": "there"}
    assert dropped == {"subscription": SUBSCRIPTION, "ack_ids": ["its ack id"]}
    assert is_forgotten(channel)


def test_what_cannot_be_moved_is_delivered_again(
    channel: Channel, delivered: str, answered: Callable[..., Client]
) -> None:
    requests = _rejected(channel, delivered, answered(publish=DOWN))
    assert [operation for operation, _ in requests] == ["publish"]
    assert is_forgotten(channel)


def _rejected(channel: Channel, tag: str, client: Client) -> list[tuple[str, dict[str, Any]]]:
    channel.basic_reject(tag, requeue=False)
    return client.requests


@pytest.mark.parametrize("answers", [{}, {"modify_ack_deadline": DOWN}])
def test_what_is_put_back_returns_at_once(
    channel: Channel, delivered: str, answered: Callable[..., Client], answers: dict[str, Any]
) -> None:
    client = answered(**answers)
    channel.basic_reject(delivered, requeue=True)
    (request,) = client.requests
    assert request == (
        "modify_ack_deadline",
        {"subscription": SUBSCRIPTION, "ack_ids": ["its ack id"], "ack_deadline_seconds": 0},
    )
    assert is_forgotten(channel)


def test_a_failed_acknowledgement_keeps_neither_the_lease_nor_the_place(
    channel: Channel, delivered: str, answered: Callable[..., Client]
) -> None:
    answered(acknowledge=DOWN)
    with pytest.raises(ServiceUnavailable):
        channel.basic_ack(delivered)
    assert is_forgotten(channel)


@pytest.mark.usefixtures("delivered")
def test_what_is_held_is_returned_when_the_connection_is_closed(
    channel: Channel, answered: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = answered()
    monkeypatch.setattr(channel, "_keep_leases", lambda: None)
    channel.basic_consume(DEFAULT_QUEUE.name, no_ack=False, callback=print, consumer_tag="one")
    channel.close()
    (request,) = client.requests
    assert request[1]["ack_ids"] == ["its ack id"]
    assert request[1]["ack_deadline_seconds"] == 0


@pytest.mark.usefixtures("delivered")
@pytest.mark.parametrize("answers", [{}, {"modify_ack_deadline": DOWN}])
def test_a_lease_is_extended_again_and_again(
    channel: Channel, answered: Callable[..., Client], answers: dict[str, Any]
) -> None:
    client, turns = answered(**answers), iter([False, False, True])
    channel.__dict__["_over"] = SimpleNamespace(wait=lambda _: next(turns), set=lambda: None)
    channel._keep_leases()
    assert client.asked() == ["modify_ack_deadline"] * 2
    assert client.requests[0][1]["ack_deadline_seconds"] == channel.ack_deadline_seconds


def test_a_message_that_is_too_large_is_said_to_be(channel: Channel) -> None:
    message = {"body": "x" * LARGEST_MESSAGE, "headers": {"task": "too.large"}}
    with pytest.raises(MessageTooLargeError, match=r"^too.large is a message of 9,999,"):
        channel._put(DEFAULT_QUEUE.name, message)


def test_a_message_that_pubsub_does_not_take_is_an_error(
    channel: Channel, answered: Callable[..., Client]
) -> None:
    answered(publish=DOWN)
    with pytest.raises(QueuesUnavailableError, match="down"):
        channel._put(DEFAULT_QUEUE.name, {})


def test_a_queue_that_is_nowhere_is_not_made(channel: Channel) -> None:
    channel.exchange_declare("here")
    with pytest.raises(UnknownQueueError, match="misspelt"):
        channel.queue_bind("misspelt", "here", "misspelt")


def test_pubsub_that_does_not_answer_is_no_connection(connection: Connection) -> None:
    with pytest.raises(QueuesUnavailableError):
        connection.connect()
    assert QueuesUnavailableError in connection.transport.connection_errors


@pytest.mark.parametrize(
    ("error", "remade"), [(DOWN, []), (NotFound("gone"), [1]), (RuntimeError("odd"), [])]
)
def test_a_pull_that_fails_brings_no_messages_and_the_next_one_waits(
    channel: Channel,
    answered: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    remade: list[int],
) -> None:
    answered(pull=error)
    pauses: list[float] = []
    made: list[int] = []
    channel.__dict__["_over"] = SimpleNamespace(wait=pauses.append, set=lambda: None)
    monkeypatch.setattr(transport, "make_queues", lambda _: made.append(1))
    with pytest.raises(Empty):
        channel._get_bulk(DEFAULT_QUEUE.name, 10)
    assert (pauses, made) == ([transport.FAILURE_PAUSE], remade)


def test_a_queue_that_is_there_is_corrected_and_not_made_again(
    channel: Channel, answered: Callable[..., Client]
) -> None:
    there = AlreadyExists("there")
    client = answered(create_topic=there, create_subscription=there)
    paths = make_queues(channel)
    assert list(paths) == queue_names()
    assert client.asked().count("update_subscription") == len(paths)
    assert "publish" not in client.asked()


def test_a_subscription_does_not_expire_and_knows_the_dead_letters(
    channel: Channel, answered: Callable[..., Client]
) -> None:
    client = answered()
    make_queues(channel)
    made = {
        request["name"]: request
        for operation, request in client.requests
        if operation == "create_subscription"
    }
    assert len(made) == len(queue_names())
    assert {str(settings["expiration_policy"]) for settings in made.values()} == {"{}"}
    assert made[SUBSCRIPTION]["dead_letter_policy"]["dead_letter_topic"] == DEAD_LETTERS
{% if cookiecutter._components.beat %}


def test_the_message_of_beat_is_sent_by_whoever_makes_its_subscription(
    channel: Channel, answered: Callable[..., Client]
) -> None:
    client = answered()
    make_queues(channel)
    (sent,) = [request for operation, request in client.requests if operation == "publish"]
    assert json.loads(sent["data"]) == {"at": 0, "runs": {}}
{% endif %}
