{% import "partials/python.jinja" as python with context %}
"""What kombu's transport for Service Bus lacks. Its links are mocks, by their signatures."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from queue import Empty
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock, create_autospec

import pytest
from azure.servicebus import (
    ServiceBusClient,
    ServiceBusMessage,
    ServiceBusReceivedMessage,
    ServiceBusReceiver,
    ServiceBusSender,
)
from azure.servicebus.exceptions import (
    MessageLockLostError,
    ServiceBusCommunicationError,
    ServiceBusConnectionError,
    ServiceBusError,
)
from azure.servicebus.management import ServiceBusAdministrationClient
from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability import transport
{{ python.import_own("reliability.locks", ["Locks"]) }}
{{ python.import_own("reliability.namespace", ["management", "messaging", "without_key"]) }}
{{ python.import_own("reliability.queues", ["make_queues"]) }}
{{ python.import_own("reliability.transport", ["Channel", "MessageTooLargeError", "QueueUnavailableError"]) }}
{{ python.import_own("topology", ["DEFAULT_QUEUE", "LARGEST_MESSAGE", "queue_names"]) }}

EMULATOR = "azureservicebus://RootManageSharedAccessKey:a-key@127.0.0.1:9"
NAME = DEFAULT_QUEUE.name


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A connection that was never made."""
    options = app.conf.broker_transport_options  # which loads config.py
    assert TRANSPORT_ALIASES["azureservicebus"].endswith(".reliability.transport:Transport")
    with Connection(EMULATOR, transport_options=options) as connection:
        yield connection


@pytest.fixture
def service(connection: Connection) -> Mock:
    """Azure's client, which gives out one link for each direction."""
    service: Mock = create_autospec(ServiceBusClient, instance=True)
    service.get_queue_receiver.return_value = create_autospec(
        ServiceBusReceiver, instance=True, _settle_message_via_mgmt_link=Mock(), entity_path=NAME
    )
    service.get_queue_sender.return_value = create_autospec(ServiceBusSender, instance=True)
    connection.transport.service = service
    return service


@pytest.fixture
def receiver(service: Mock) -> Any:
    return service.get_queue_receiver.return_value


@pytest.fixture
def sender(service: Mock) -> Any:
    return service.get_queue_sender.return_value


@pytest.fixture
def channel(connection: Connection, service: Mock) -> Channel:  # noqa: ARG001  (its links are used)
    channel: Channel = connection.transport.create_channel(connection.transport)
    return channel


@pytest.fixture
def deliver(channel: Channel, receiver: Any) -> Callable[[], tuple[Any, str]]:
    """Receive a message as a worker does; it is what the client returned, and its delivery tag."""

    def receive() -> tuple[Any, str]:
        sent = Mock()
        channel._send = sent  # type: ignore[method-assign]
        message = channel.prepare_message("the body", properties={"delivery_tag": "the tag"})
        channel._put(NAME, message)
        received: Any = create_autospec(ServiceBusReceivedMessage, instance=True)
        received.body = b"".join(sent.call_args.args[1].body)
        received.lock_token = "the token"  # noqa: S105  (it is Azure's word)
        receiver.receive_messages.return_value = [received]
        delivered = channel.Message(channel._get(NAME), channel=channel)
        channel.qos.append(delivered, delivered.delivery_tag)
        return received, delivered.delivery_tag

    return receive


@pytest.mark.parametrize(
    ("settle", "method"),
    [
        (lambda channel, tag: channel.basic_ack(tag), "complete_message"),
        (lambda channel, tag: channel.basic_reject(tag), "dead_letter_message"),
        (lambda channel, tag: channel.basic_reject(tag, requeue=True), "abandon_message"),
        (lambda channel, _: channel.close(), "abandon_message"),
    ],
)
def test_a_message_is_locked_until_it_is_settled_over_its_link(
    settle: Callable[[Channel, str], None],
    method: str,
    channel: Channel,
    receiver: Any,
    deliver: Callable[[], tuple[Any, str]],
) -> None:
    received, tag = deliver()
    locks = channel.connection.locks
    assert [one.message for one in locks._held.values()] == [received]
    settle(channel, tag)
    getattr(receiver, method).assert_called_once_with(received)
    receiver._settle_message_via_mgmt_link.assert_not_called()
    assert locks._held == {}
    assert channel.qos.can_consume()


@pytest.mark.parametrize("error", [ValueError("Link already closed."), ServiceBusError("no tag")])
def test_what_came_over_a_link_that_is_gone_is_settled_by_its_token(
    error: Exception, channel: Channel, receiver: Any, deliver: Callable[[], tuple[Any, str]]
) -> None:
    _, tag = deliver()
    receiver.complete_message.side_effect = error
    channel.basic_ack(tag)
    receiver._settle_message_via_mgmt_link.assert_called_once_with("completed", ["the token"])


def test_a_lost_lock_is_no_error_of_the_task(
    channel: Channel,
    receiver: Any,
    deliver: Callable[[], tuple[Any, str]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, tag = deliver()
    receiver.complete_message.side_effect = MessageLockLostError(message="too late")
    channel.basic_ack(tag)
    receiver._settle_message_via_mgmt_link.assert_not_called()
    assert "is not completed: too late" in caplog.text


def test_the_broker_holds_a_message_until_its_time(channel: Channel, sender: Any) -> None:
    before = datetime.now(timezone.utc)
    channel._put(NAME, channel.prepare_message("x", properties={"delay_seconds": 60}))
    (message,) = sender.send_messages.call_args.args
    assert isinstance(message, ServiceBusMessage)
    due = message.scheduled_enqueue_time_utc
    assert due is not None
    assert timedelta(seconds=59) < due - before < timedelta(seconds=65)


def test_a_message_that_is_too_large_is_said_to_be(channel: Channel, sender: Any) -> None:
    message = channel.prepare_message("x" * LARGEST_MESSAGE, headers={"task": "too.large"})
    with pytest.raises(MessageTooLargeError, match=r"^too.large is a message of 261,"):
        channel._put(NAME, message)
    sender.send_messages.assert_not_called()


def test_what_was_not_sent_over_an_idle_link_is_sent_over_another(
    channel: Channel, service: Mock, sender: Any
) -> None:
    sender.send_messages.side_effect = [ServiceBusConnectionError(message="idle"), None]
    channel._put(NAME, channel.prepare_message("x"))
    assert service.get_queue_sender.call_count == 2
    assert sender.send_messages.call_count == 2


def test_what_may_have_been_sent_is_the_senders_to_repeat(channel: Channel, sender: Any) -> None:
    sender.send_messages.side_effect = ServiceBusCommunicationError(message="silence")
    with pytest.raises(channel.connection.connection_errors):
        channel._put(NAME, channel.prepare_message("x"))
    assert sender.send_messages.call_count == 1


def test_a_receive_that_fails_brings_no_messages_and_the_next_has_another_link(
    channel: Channel, service: Mock, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(transport, "time", SimpleNamespace(sleep=pauses.append))
    receiver.receive_messages.side_effect = ServiceBusError("refused")
    for _ in range(2):
        with pytest.raises(Empty):
            channel._get(NAME)
    assert pauses == [transport.FAILURE_PAUSE] * 2
    assert service.get_queue_receiver.call_count == 2


def test_a_queue_that_is_not_there_is_no_connection(channel: Channel, receiver: Any) -> None:
    receiver.__enter__.side_effect = ServiceBusError("not found")
    with pytest.raises(QueueUnavailableError, match=NAME) as error:
        channel.basic_consume(NAME, False, print, "a consumer")
    assert isinstance(error.value, transport.Transport.connection_errors)


def test_declaring_a_queue_asks_nobody(channel: Channel, service: Mock) -> None:
    assert channel.queue_declare(NAME).message_count == 0
    assert service.mock_calls == []


def test_a_purge_ends_when_somebody_goes_on_sending(channel: Channel, receiver: Any) -> None:
    def message(age: int) -> SimpleNamespace:
        sent = datetime.now(timezone.utc) - timedelta(seconds=age)
        return SimpleNamespace(enqueued_time_utc=sent)

    receiver.__enter__.return_value = receiver
    receiver.receive_messages.side_effect = [[message(9), message(8)], [message(7), message(-1)]]
    assert channel._purge(NAME) == 4


def test_locks_are_renewed_until_one_is_lost(service: Mock, receiver: Any) -> None:
    receiver.__enter__.return_value = receiver
    locks = Locks(service)
    kept: Any = create_autospec(ServiceBusReceivedMessage, instance=True)
    lost: Any = create_autospec(ServiceBusReceivedMessage, instance=True)
    locks.hold(NAME, kept, 60)
    locks.hold(NAME, lost, 60)
    receiver.renew_message_lock.side_effect = [MessageLockLostError(message="too late"), None]
    locks.renew(NAME, [lost, kept])
    assert [one.message for one in locks._held.values()] == [kept]
    # Service Bus is away for a moment: what is held stays so.
    receiver.renew_message_lock.side_effect = ServiceBusConnectionError(message="away")
    locks.renew(NAME, [kept])
    assert [one.message for one in locks._held.values()] == [kept]
    locks.close()
    assert locks._held == {}


def test_the_identity_of_the_machine_asks_the_namespace() -> None:
    url = "azureservicebus://DefaultAzureCredential@shop"
    assert messaging(url).fully_qualified_namespace == "shop.servicebus.windows.net"
    assert management(url).fully_qualified_namespace == "shop.servicebus.windows.net"
    assert messaging(f"{url}.servicebus.chinacloudapi.cn").fully_qualified_namespace.endswith(".cn")
    assert without_key(url) == url


def test_an_emulator_has_its_management_elsewhere_and_its_key_is_not_shown() -> None:
    assert messaging(EMULATOR).fully_qualified_namespace == "127.0.0.1:9"
    assert management(EMULATOR).fully_qualified_namespace == "127.0.0.1:5300"
    assert without_key(EMULATOR) == EMULATOR.replace("a-key", "**")


def test_a_queue_that_is_there_is_corrected_and_not_made_again() -> None:
    there: Any = create_autospec(ServiceBusAdministrationClient, instance=True)
    assert make_queues(there) == dict.fromkeys(queue_names(), "as it should be")
    there.create_queue.assert_not_called()
    (corrected,) = there.update_queue.call_args.args
    assert corrected.lock_duration == "PT60S"
