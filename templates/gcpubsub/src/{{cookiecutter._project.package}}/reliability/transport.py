"""kombu's transport for Pub/Sub, with what it lacks. All of it was seen with kombu 5.7.

- Nobody waits for Pub/Sub to take a message: what is lost on the way is lost without a word. Here
  publishing returns when Pub/Sub has the message, or fails.
- A pull that fails is forgotten: a worker without rights, or without a subscription, looks idle.
  Here it is logged, and the next one comes a little later.
- What is rejected stays leased until its process ends, and is sent once more as a copy. Here it
  returns at once, or is moved to the dead letter queue.
- What a closed connection held comes back when its lease is over. Here it is returned.
- A failed acknowledgement leaves its message leased for ever. Here Pub/Sub delivers it again.
- Whoever connects makes topics and subscriptions, which Pub/Sub deletes after a day without
  workers. Here they are made once, by `create-queues`, and stay.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures import wait
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from queue import Empty
from threading import Event, Thread
from typing import Any

from google.api_core.exceptions import (
    AlreadyExists,
    DeadlineExceeded,
    GoogleAPIError,
    NotFound,
)
from google.api_core.retry import Retry
from google.cloud.pubsub_v1 import PublisherClient
from google.cloud.pubsub_v1.types import BatchSettings
from google.protobuf.field_mask_pb2 import FieldMask
from kombu.transport import gcpubsub
from kombu.utils.json import dumps

from {{ cookiecutter._project.package }} import topology

#: Seconds for Pub/Sub to answer one request.
ANSWER_TIMEOUT = 5
#: Between a pull that failed and the next.
FAILURE_PAUSE = 2

logger = logging.getLogger(__name__)


class MessageTooLargeError(ValueError):
    """Pub/Sub takes no message of this size."""


class QueuesUnavailableError(ConnectionError):
    """Pub/Sub does not answer, or not about the queues; workers and senders try again."""


class UnknownQueueError(LookupError):
    """A queue that topology.py does not have."""


class Channel(gcpubsub.Channel):
    """kombu's channel: what is sent, received and rejected."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # kombu has one table for the whole process, whatever a connection leads to.
        self._queue_cache = {name: self._descriptor(name) for name in topology.queue_names()}
        self._over = Event()
        self._consumes = False

    def _descriptor(self, name: str) -> Any:
        return gcpubsub.QueueDescriptor(
            name=name,
            topic_path=f"projects/{self.project_id}/topics/{name}",
            subscription_id=name,
            subscription_path=f"projects/{self.project_id}/subscriptions/{name}",
        )

    @gcpubsub.cached_property
    def publisher(self) -> PublisherClient:
        # Each message at once: its sender waits for it.
        return PublisherClient(batch_settings=BatchSettings(max_messages=1))

    @gcpubsub.cached_property
    def expiration_seconds(self) -> float | None:
        """Seconds, or None for never, which kombu does not know."""
        seconds = self.transport_options.get("expiration_seconds")
        return None if seconds is None else float(seconds)

    def check(self) -> None:
        """Ask for the topic of the default queue.

        Raises:
            google.api_core.exceptions.GoogleAPIError: Pub/Sub does not answer, or not about it.
        """
        topic = self.queue(topology.DEFAULT_QUEUE.name).topic_path
        self.publisher.get_topic(request={"topic": topic}, timeout=ANSWER_TIMEOUT, retry=None)

    def queue(self, name: str) -> Any:
        """Return where a queue is, and what this channel holds of it.

        Raises:
            UnknownQueueError: topology.py does not have it.
        """
        try:
            return self._queue_cache[name]
        except KeyError:
            raise UnknownQueueError(name) from None

    def _queue_bind(self, _exchange: str, _routing_key: str, _pattern: str, queue: str) -> None:
        """Leave Pub/Sub alone: what there is, `create-queues` has made."""
        self.queue(queue)

    # ---- sending

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        data = dumps(message).encode()
        if len(data) > topology.LARGEST_MESSAGE:
            name = message.get("headers", {}).get("task", "the message")
            raise MessageTooLargeError(
                f"{name} is a message of {len(data):,} bytes, and Pub/Sub takes"
                f" {topology.LARGEST_MESSAGE:,} at most: keep the data in a store, and send where"
                " it is"
            )
        self.send(queue, data)

    def send(self, name: str, data: bytes, **attributes: str) -> None:
        """Publish to a queue; return when Pub/Sub has the message.

        Raises:
            QueuesUnavailableError: it has not, or has not said so.
        """
        future = self.publisher.publish(
            self.queue(name).topic_path,
            data,
            retry=Retry(deadline=self.retry_timeout_seconds),
            timeout=ANSWER_TIMEOUT,
            **attributes,
        )
        try:
            future.result(self.retry_timeout_seconds + ANSWER_TIMEOUT)
        except (GoogleAPIError, FutureTimeoutError) as error:
            raise QueuesUnavailableError(f"{name}: {error!r}") from error

    # ---- receiving

    def basic_consume(self, *args: Any, **options: Any) -> Any:
        if not self._consumes:
            self._consumes = True
            Thread(target=self._keep_leases, name="leases", daemon=True).start()
        return super().basic_consume(*args, **options)

    def _get_bulk(self, queue: str, timeout: float) -> Any:  # noqa: ARG002  (kombu's is 10 s)
        try:
            return super()._get_bulk(queue, topology.POLL_TIME)
        except Empty:
            raise
        except Exception as error:  # kombu drops whatever is raised here
            logger.warning("Pub/Sub brings no messages of %s: %r", queue, error)
            if isinstance(error, NotFound):
                self._remake_queues()
            self._over.wait(FAILURE_PAUSE)
            raise Empty from error

    def _remake_queues(self) -> None:
        """Give an emulator the queues that it has forgotten."""
        if is_emulator():
            # It may be starting: there is a next time.
            with suppress(GoogleAPIError, QueuesUnavailableError):
                make_queues(self)

    def receive(self, name: str, *, timeout: float) -> Sequence[Any]:
        """Return up to ten messages of a queue, leased, without a consumer."""
        with suppress(DeadlineExceeded):
            answer = self.subscriber.pull(
                request={"subscription": self.queue(name).subscription_path, "max_messages": 10},
                timeout=timeout,
                retry=None,
            )
            return list(answer.received_messages)
        return []

    # ---- leases

    def _extend_unacked_deadline(self) -> None:
        """End kombu's thread: it would serve the first channel of a process, and no other."""

    def _keep_leases(self) -> None:
        """Say four times in each ACK_DEADLINE that this process is there."""
        while not self._over.wait(self.ack_deadline_seconds / 4):
            for queue in self._queue_cache.values():
                with _failures_logged("a lease is not extended"):
                    self.lease(queue.name, list(queue.unacked_ids), self.ack_deadline_seconds)

    def lease(self, name: str, ack_ids: Sequence[str], seconds: int) -> None:
        """Hold messages of a queue for so long from now; 0 returns them.

        Raises:
            google.api_core.exceptions.GoogleAPIError: they are held by somebody else, on a
                subscription with exactly-once delivery; or Pub/Sub does not answer.
        """
        size = self.ack_modify_batch_size
        for start in range(0, len(ack_ids), size):
            self.subscriber.modify_ack_deadline(
                request={
                    "subscription": self.queue(name).subscription_path,
                    "ack_ids": ack_ids[start : start + size],
                    "ack_deadline_seconds": seconds,
                },
                timeout=ANSWER_TIMEOUT,
                retry=None,
            )

    def acknowledge(self, name: str, ack_id: str) -> None:
        """Drop a message.

        Raises:
            google.api_core.exceptions.GoogleAPIError: see `lease`.
        """
        self._do_ack([ack_id], self.queue(name).subscription_path)

    # ---- what becomes of a message

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:  # noqa: ARG002
        self._settle(delivery_tag, lambda queue, ack_id, _: self.acknowledge(queue, ack_id))

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        self._settle(delivery_tag, self._return if requeue else self._bury)

    def _settle(self, delivery_tag: str, settle: Callable[[str, str, Any], None]) -> None:
        """Settle a delivery, and forget it even if that fails: Pub/Sub delivers it again."""
        message = self.qos.get(delivery_tag)
        source = message.delivery_info["gcpubsub_message"]
        self.queue(source["queue"]).unacked_ids.remove(source["ack_id"])
        try:
            settle(source["queue"], source["ack_id"], message)
        finally:
            self.qos.ack(delivery_tag)

    def _return(self, queue: str, ack_id: str, _: Any) -> None:
        with _failures_logged("a message returns when its lease is over"):
            self.lease(queue, [ack_id], 0)

    def _bury(self, queue: str, ack_id: str, message: Any) -> None:
        """Move a message to the dead letters."""
        letter = message.serializable()
        properties = letter["properties"]
        place = {key: properties["delivery_info"][key] for key in ("exchange", "routing_key")}
        letter["properties"] = {**properties, "delivery_info": place}
        # Else Pub/Sub delivers it again, and moves it itself when it has done so often enough.
        with _failures_logged(f"a dead letter stays in {queue}"):
            self.send(topology.DEAD_LETTER_QUEUE, dumps(letter).encode(), queue=queue)
            self.acknowledge(queue, ack_id)

    def _purge(self, queue: str) -> int:
        # kombu's goes by the local time, which is another one in most zones. Nobody counts.
        now = datetime.now(timezone.utc)
        path = self.queue(queue).subscription_path
        self.subscriber.seek(request={"subscription": path, "time": now}, timeout=ANSWER_TIMEOUT)
        return 0

    def close(self) -> None:
        if self.closed:
            return
        if self._consumes:
            # A pull that is open may still bring messages.
            pulls = tuple(self.connection._get_bulk_future_to_queue)  # noqa: SLF001 - no other way
            wait(pulls, topology.POLL_TIME + 1)
            self._return_all()
        self._over.set()
        super().close()
        self._close_clients()

    def _return_all(self) -> None:
        for queue in self._queue_cache.values():
            with _failures_logged("messages return when their lease is over"):
                self.lease(queue.name, list(queue.unacked_ids), 0)

    def _close_clients(self) -> None:
        self.pool.shutdown(wait=False)
        for name in ("publisher", "subscriber"):
            if client := self.__dict__.pop(name, None):  # it was used
                client.transport.close()


class Transport(gcpubsub.Transport):
    """kombu's transport, connected when Pub/Sub has answered."""

    Channel = Channel
    connection_errors = (
        *gcpubsub.Transport.connection_errors,
        QueuesUnavailableError,
        GoogleAPIError,
    )

    def establish_connection(self) -> Any:
        connection = super().establish_connection()
        channel = self._avail_channels[-1]
        try:
            try:
                channel.check()
            except NotFound:
                if not is_emulator():
                    raise
                # An emulator forgets its queues whenever it stops.
                make_queues(channel)
        except GoogleAPIError as error:
            self.close_connection(connection)
            raise QueuesUnavailableError(str(error)) from error
        return connection


@contextmanager
def _failures_logged(consequence: str) -> Iterator[None]:
    try:
        yield
    except (GoogleAPIError, QueuesUnavailableError) as error:
        logger.warning("%s: %r", consequence, error)


def is_emulator() -> bool:
    """Whether Google's client talks to an emulator."""
    return bool(os.environ.get("PUBSUB_EMULATOR_HOST"))


def make_queues(channel: Channel) -> dict[str, str]:
    """Make topic and subscription of every queue, or correct what Pub/Sub knows about them.

    Args:
        channel: its credentials need the rights to do that.

    Returns:
        The subscriptions by the name of their queue.
    """
    paths: dict[str, str] = {}
    for name in topology.queue_names():
        queue = channel.queue(name)
        with suppress(AlreadyExists):
            channel.publisher.create_topic(request={"name": queue.topic_path})
        paths[name] = queue.subscription_path
        settings = {"name": queue.subscription_path, **_settings(channel, name)}
        try:
            channel.subscriber.create_subscription(request={"topic": queue.topic_path, **settings})
        except AlreadyExists:
            mask = FieldMask(paths=[key for key in settings if key != "name"])
            channel.subscriber.update_subscription(
                request={"subscription": settings, "update_mask": mask}
            )
{% if cookiecutter._components.beat %}
        else:
            if name == topology.BEAT_QUEUE:
                # Nobody else has made this subscription, so there is one such message.
                channel.send(name, b'{"at": 0, "runs": {}}')
{% endif %}
    return paths


def _settings(channel: Channel, name: str) -> dict[str, Any]:
    """What Pub/Sub is to know about the subscription of a queue."""
    expires = channel.expiration_seconds
    settings: dict[str, Any] = {
        "ack_deadline_seconds": channel.ack_deadline_seconds,
        "message_retention_duration": timedelta(seconds=topology.RETENTION),
        # An empty policy means never, no policy 31 days.
        "expiration_policy": {} if expires is None else {"ttl": timedelta(seconds=expires)},
    }
    if any(queue.name == name for queue in topology.QUEUES.values()):
        settings["dead_letter_policy"] = {
            "dead_letter_topic": channel.queue(topology.DEAD_LETTER_QUEUE).topic_path,
            "max_delivery_attempts": topology.MAX_DELIVERIES,
        }
{% if cookiecutter._components.beat %}
    if name == topology.BEAT_QUEUE:
        settings["ack_deadline_seconds"] = topology.BEAT_LEASE
        settings["enable_exactly_once_delivery"] = True
{% endif %}
    return settings
