{% import "partials/python.jinja" as python with context %}
"""kombu's transport for SQS, with what it lacks. All of it was seen with kombu 5.7.

- A poll that SQS answers with an error of its own, or not at all, ends the worker; here it is
  another poll without messages. Each has a timeout: curl's default is to wait for ever.
- Connecting sends nothing. Here it fails if SQS does not answer, or if the queues are missing.
- What is rejected would be delivered again as often as a redrive policy says, each time after the
  visibility timeout. Here it is moved to the dead letter queue at once, as on RabbitMQ.
- A message that is too large is an error of botocore's about an invalid parameter.
"""

import logging
from typing import Any

import pycurl
from botocore.exceptions import BotoCoreError, ClientError
from kombu.asynchronous.aws.connection import AsyncHTTPSConnection
from kombu.asynchronous.aws.sqs.connection import AsyncSQSConnection
from kombu.asynchronous.http import Request
from kombu.transport import SQS
from kombu.utils.json import dumps

{{ python.import_own("topology", ["DEAD_LETTER_QUEUE", "DEFAULT_QUEUE", "LARGEST_MESSAGE", "POLL_TIME", "queue_attributes", "queue_names"]) }}

#: Seconds for SQS to answer a poll, once POLL_TIME is over.
ANSWER_TIMEOUT = 5
CONNECT_TIMEOUT = 5

logger = logging.getLogger(__name__)


class MessageTooLargeError(ValueError):
    """SQS takes no message of this size."""


class QueuesUnavailableError(ConnectionError):
    """SQS does not answer, or not as it should; workers try again."""


class Polls(AsyncSQSConnection):
    """Requests for messages, in the event loop of a worker."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        #: Those that SQS has not answered yet.
        self.open = 0

    def get_http_connection(self) -> AsyncHTTPSConnection:
        connection = super().get_http_connection()
        connection.Request = _request_with_timeout
        return connection

    def receive_message(self, *args: Any, **options: Any) -> Any:
        self.open += 1
        return super().receive_message(*args, **options)

    def _on_list_ready(self, parent: Any, markers: Any, operation: str, response: Any) -> Any:
        self.open -= 1
        if response.status in (*self.STATUS_CODES_TIMEOUT, *self.STATUS_CODES_SERVER_ERRORS):
            logger.warning("SQS does not answer: %s %s", response.status, response.reason)
            return {}
        if response.status != self.STATUS_CODE_OK:
            raise QueuesUnavailableError(f"SQS refuses: {response.status} {response.read()!r}")
        return super()._on_list_ready(parent, markers, operation, response)


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
        channel = self._avail_channels[-1]
        try:
            try:
                channel.attributes(DEFAULT_QUEUE.name, "QueueArn")
            except ClientError:
                if channel.endpoint_url is None:
                    raise
                # An emulator forgets its queues whenever it stops.
                make_queues(channel.client_and_url(DEFAULT_QUEUE.name)[0])
        except (BotoCoreError, ClientError) as error:
            raise QueuesUnavailableError(str(error)) from error
        return connection


def _request_with_timeout(*args: Any, **options: Any) -> Request:
    return Request(*args, on_prepare=_set_timeouts, **options)


def _set_timeouts(curl: Any) -> None:
    """Tell curl, which by itself waits for ever; kombu has timeouts and does not pass them on."""
    curl.setopt(pycurl.CONNECTTIMEOUT, CONNECT_TIMEOUT)
    curl.setopt(pycurl.TIMEOUT, POLL_TIME + ANSWER_TIMEOUT)


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
