"""kombu's transport for SQS, with what it lacks. All of it was seen with kombu 5.7.

- A poll that SQS answers with an error, with nonsense, or not at all, ends the worker. Here it
  brings no messages, and the next one comes a little later. Each has a timeout: curl's default is
  to wait for ever.
- Connecting sends nothing. Here it fails if SQS does not answer, or if the queues are missing.
- What SQS refuses is no connection error: it ends a worker that starts, and one that returns a
  message. Here a worker connects again, or leaves the message to its visibility timeout.
- After Celery has reset its event loop, which it does to connect again, nothing is polled.
- What is rejected would be delivered again as often as a redrive policy says, each time after the
  visibility timeout. Here it is moved to the dead letter queue at once, as on RabbitMQ.
- A message that is too large is an error of botocore's about an invalid parameter.
"""

import logging
import time
from contextlib import suppress
from typing import Any

import pycurl
from botocore.exceptions import BotoCoreError, ClientError
from kombu.asynchronous import set_event_loop
from kombu.asynchronous.aws.connection import AsyncHTTPSConnection
from kombu.asynchronous.aws.sqs.connection import AsyncSQSConnection
from kombu.asynchronous.http import Request
from kombu.transport import SQS
from kombu.transport.SQS.exceptions import AccessDeniedQueueException
from kombu.utils.json import dumps

from standard_sqs.reliability.answers import is_answer, watch
from standard_sqs.topology import (
    DEAD_LETTER_QUEUE,
    DEFAULT_QUEUE,
    LARGEST_MESSAGE,
    POLL_TIME,
    queue_attributes,
    queue_names,
)

#: Seconds for SQS to answer a poll, once POLL_TIME is over.
ANSWER_TIMEOUT = 5
CONNECT_TIMEOUT = 5
#: Between a poll that failed and the next.
FAILURE_PAUSE = 2

logger = logging.getLogger(__name__)


class MessageTooLargeError(ValueError):
    """SQS takes no message of this size."""


class QueuesUnavailableError(ConnectionError):
    """SQS does not answer, or not about the queues; workers try to connect again."""


class Polls(AsyncSQSConnection):
    """Requests for messages, in the event loop of a worker."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        #: Those that SQS has not answered yet.
        self.open = 0
        #: Whether the last answer was an error, or none; and whether there is no such queue.
        self.failed = False
        self.queue_is_missing = False

    def get_http_connection(self) -> AsyncHTTPSConnection:
        connection = super().get_http_connection()
        connection.Request = _request
        return connection

    def receive_message(self, *args: Any, callback: Any, **options: Any) -> Any:
        self.open += 1
        try:
            return super().receive_message(*args, callback=callback, **options)
        except Exception as error:  # noqa: BLE001 - whatever finds the credentials, raises it
            callback(self._nothing(error))

    def _on_list_ready(self, parent: Any, markers: Any, operation: str, response: Any) -> Any:
        if response.status != self.STATUS_CODE_OK:
            # 599 is kombu's for no answer, which has a reason; an answer has a body.
            return self._nothing(f"{response.status} {response.reason or response.read()}")
        if not is_answer(operation, response.read()):
            return self._nothing(f"no answer, but {response.read()[:80]!r}")
        self._end(failed=False)
        return super()._on_list_ready(parent, markers, operation, response)

    def _nothing(self, reason: object) -> dict[str, Any]:
        self._end(failed=True)
        self.queue_is_missing = "QueueDoesNotExist" in str(reason)
        logger.warning("SQS brings no messages: %s", reason)
        return {}

    def _end(self, *, failed: bool) -> None:
        self.open -= 1
        self.failed = failed


class Channel(SQS.Channel):
    """kombu's channel: what is sent, received and rejected."""

    _asynsqs: Polls | None = None

    @property
    def open_polls(self) -> int:
        """Requests that may still bring messages."""
        return self._asynsqs.open if self._asynsqs else 0

    def sqs(self, queue: str | None = None) -> Any:  # noqa: ARG002  (kombu makes one for each)
        """Return boto3's client, one for all queues: they share region and role."""
        return super().sqs()

    def _new_boto_client(self, *args: Any, **options: Any) -> Any:
        return watch(super()._new_boto_client(*args, **options))

    def client_and_url(self, name: str) -> tuple[Any, str]:
        """Return boto3's client, and the address of a queue for it."""
        return self.sqs(queue=name), self._queue_cache[name]

    def attributes(self, name: str, *wanted: str) -> dict[str, str]:
        """Return what SQS says about a queue."""
        sqs, url = self.client_and_url(name)
        found: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)[
            "Attributes"
        ]
        return found

    def asynsqs(self, queue: str | None = None) -> Polls:
        if self._asynsqs is None:
            self._asynsqs = Polls(sqs_connection=self.sqs(queue=queue))
        return self._asynsqs

    def _loop1(self, queue: str, messages_fetched: int | None = None) -> None:
        if not (self._asynsqs and self._asynsqs.failed):
            super()._loop1(queue, messages_fetched)
            return
        self.hub.call_later(FAILURE_PAUSE, self._schedule_queue, queue)
        if self._asynsqs.queue_is_missing:
            self._remake_queues()

    def _remake_queues(self) -> None:
        """Give an emulator the queues that it has forgotten."""
        if self.endpoint_url is not None:
            # It may be starting, or another worker at it: there is a next time.
            with suppress(BotoCoreError, ClientError):
                make_queues(self.sqs())

    def look_for_queues(self) -> None:
        """Ask SQS for a queue; an emulator for all of them, which it forgets whenever it stops.

        Raises:
            QueuesUnavailableError: it does not answer, or does not have them.
        """
        try:
            if self.endpoint_url is None:
                self.attributes(DEFAULT_QUEUE.name, "QueueArn")
            elif not _has_all_queues(self.sqs()):
                make_queues(self.sqs())
        except (BotoCoreError, ClientError) as error:
            raise QueuesUnavailableError(str(error)) from error

    def queue_declare(self, queue: str, *args: Any, **options: Any) -> Any:
        """Ask SQS for a queue that is about to be used.

        Raises:
            QueuesUnavailableError: it does not answer, or does not have it.
        """
        try:
            return super().queue_declare(queue, *args, **options)
        except (BotoCoreError, ClientError) as error:
            if self.hub:
                # A worker: Celery connects again at once, and would ask many times a second.
                time.sleep(FAILURE_PAUSE)
            raise QueuesUnavailableError(f"{queue}: {error}") from error

    def _receive_message(self, queue: str, *args: Any, **options: Any) -> Any:
        # Only outside of a worker. No longer than boto3 waits for any answer.
        return super()._receive_message(queue, *args, **{**options, "wait_time_seconds": 2})

    def _put(self, queue: str, message: dict[str, Any], **options: Any) -> None:
        size = len(dumps(message))
        if size > LARGEST_MESSAGE:
            name = message.get("headers", {}).get("task", "the message")
            raise MessageTooLargeError(
                f"{name} is a message of {size:,} bytes, and SQS takes {LARGEST_MESSAGE:,} at most:"
                " keep the data in a store, and send where it is"
            )
        super()._put(queue, message, **options)

    def basic_ack(self, delivery_tag: str, *args: Any, **options: Any) -> None:
        try:
            super().basic_ack(delivery_tag, *args, **options)
        except AccessDeniedQueueException as error:
            # A connection error, which Celery logs; by any other the message would end the worker.
            raise QueuesUnavailableError(f"a message cannot be deleted: {error}") from error

    def _restore(self, message: Any, *args: Any, **options: Any) -> None:
        """Have SQS deliver a message again soon, or leave it to the visibility timeout."""
        try:
            super()._restore(message, *args, **options)
        except (BotoCoreError, ClientError) as error:
            name = message.delivery_info["routing_key"]
            logger.warning("a message returns to %s after its visibility timeout: %s", name, error)

    def _delete_rejected_message(self, delivery_tag: str) -> None:
        delivery = self.qos.get(delivery_tag).delivery_info
        message, source = delivery["sqs_message"], delivery["sqs_queue"]
        name = source.rpartition("/")[2]
        sqs, dead_letters = self.client_and_url(DEAD_LETTER_QUEUE)
        try:
            sqs.send_message(
                QueueUrl=dead_letters,
                MessageBody=message["Body"],
                MessageAttributes={"queue": {"DataType": "String", "StringValue": name}},
            )
            sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
        except (BotoCoreError, ClientError) as error:
            # SQS delivers it again, and moves it itself when it has done so MAX_RECEIVES times.
            logger.warning("a dead letter stays in %s: %s", name, error)

    def _purge(self, queue: str) -> int:
        # kombu's adds up what it counts, ten times over.
        sqs, url = self.client_and_url(queue)
        size: int = self._size(queue)
        sqs.purge_queue(QueueUrl=url)
        return size


class Transport(SQS.Transport):
    """kombu's transport, connected when SQS has answered."""

    Channel = Channel

    def establish_connection(self) -> Any:
        connection = super().establish_connection()
        self._avail_channels[-1].look_for_queues()
        return connection

    def register_with_event_loop(self, connection: Any, loop: Any) -> None:
        super().register_with_event_loop(connection, loop)
        # Resetting it, kombu forgets which loop it is.
        set_event_loop(loop)
        for channel in (*self._avail_channels, *self.channels):
            channel.hub = loop


def _request(*args: Any, **options: Any) -> Request:
    return Request(*args, on_prepare=_prepare, **options)


def _prepare(curl: Any) -> None:
    """Tell curl what kombu does not: by itself it waits for ever."""
    curl.setopt(pycurl.CONNECTTIMEOUT, CONNECT_TIMEOUT)
    curl.setopt(pycurl.TIMEOUT, POLL_TIME + ANSWER_TIMEOUT)
    # Nobody reads the headers, and kombu prints a traceback when one is odd.
    curl.setopt(pycurl.HEADERFUNCTION, lambda _: None)


def _has_all_queues(sqs: Any) -> bool:
    names = {url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", [])}
    return names.issuperset(queue_names())


def make_queues(sqs: Any) -> dict[str, str]:
    """Make every queue, or correct what SQS knows about it; return their addresses by name.

    Args:
        sqs: boto3's client, with the rights to do that.
    """
    urls: dict[str, str] = {}
    for name in queue_names():
        try:
            urls[name] = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        except sqs.exceptions.QueueDoesNotExist:
            fixed = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
            urls[name] = sqs.create_queue(QueueName=name, Attributes=fixed)["QueueUrl"]
        # The dead letters are the first: their ARN is known when another queue needs it.
        answer = sqs.get_queue_attributes(
            QueueUrl=urls[DEAD_LETTER_QUEUE], AttributeNames=["QueueArn"]
        )
        attributes = queue_attributes(name, answer["Attributes"]["QueueArn"])
        sqs.set_queue_attributes(QueueUrl=urls[name], Attributes=attributes)
    return urls
