"""The Publisher and Subscriber services of `google.pubsub.v1`, over gRPC, on the messages of Google's own client."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import empty_pb2
from google.pubsub_v1 import types
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status
from subscriptions import ExpiredError, Queue, Store

if TYPE_CHECKING:
    from collections.abc import Callable

# Pub/Sub answers a pull without messages after a minute and a half.
PULL_SECONDS = 90.0
_NOTHING = empty_pb2.Empty()


class Publisher:
    """Topics."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create_topic(self, topic: types.Topic, _: object) -> types.Topic:
        with self._store.changed:
            if topic.name in self._store.topics:
                raise FileExistsError(topic.name)
            self._store.topics.add(topic.name)
        return topic

    def get_topic(self, request: types.GetTopicRequest, _: object) -> types.Topic:
        if request.topic not in self._store.topics:
            raise KeyError(request.topic)
        return types.Topic(name=request.topic)

    def list_topics(self, request: types.ListTopicsRequest, _: object) -> types.ListTopicsResponse:
        names = sorted(name for name in self._store.topics if name.startswith(f"{request.project}/"))
        return types.ListTopicsResponse(topics=[types.Topic(name=name) for name in names])

    def delete_topic(self, request: types.DeleteTopicRequest, _: object) -> empty_pb2.Empty:
        with self._store.changed:
            self._store.topics.remove(request.topic)
        return _NOTHING

    def publish(self, request: types.PublishRequest, _: object) -> types.PublishResponse:
        return types.PublishResponse(message_ids=self._store.publish(request.topic, request.messages))


class Subscriber:
    """Subscriptions, and what is in them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create_subscription(self, subscription: types.Subscription, _: object) -> types.Subscription:
        with self._store.changed:
            if subscription.topic not in self._store.topics:
                raise KeyError(subscription.topic)
            if subscription.name in self._store.queues:
                raise FileExistsError(subscription.name)
            subscription.ack_deadline_seconds = subscription.ack_deadline_seconds or 10
            self._store.queues[subscription.name] = Queue(subscription)
        return subscription

    def get_subscription(self, request: types.GetSubscriptionRequest, _: object) -> types.Subscription:
        return self._store.queues[request.subscription].settings

    def update_subscription(self, request: types.UpdateSubscriptionRequest, _: object) -> types.Subscription:
        with self._store.changed:
            settings = self._store.queues[request.subscription.name].settings
            for path in request.update_mask.paths:
                name = path.partition(".")[0]
                setattr(settings, name, getattr(request.subscription, name))
        return settings

    def list_subscriptions(self, request: types.ListSubscriptionsRequest, _: object) -> types.ListSubscriptionsResponse:
        names = sorted(name for name in self._store.queues if name.startswith(f"{request.project}/"))
        return types.ListSubscriptionsResponse(subscriptions=[self._store.queues[name].settings for name in names])

    def delete_subscription(self, request: types.DeleteSubscriptionRequest, _: object) -> empty_pb2.Empty:
        with self._store.changed:
            del self._store.queues[request.subscription]
        return _NOTHING

    def pull(self, request: types.PullRequest, context: grpc.ServicerContext) -> types.PullResponse:
        seconds = 0.0 if request.return_immediately else PULL_SECONDS
        messages = self._store.pull(request.subscription, request.max_messages, seconds, context.is_active)
        return types.PullResponse(received_messages=messages)

    def acknowledge(self, request: types.AcknowledgeRequest, _: object) -> empty_pb2.Empty:
        self._store.acknowledge(request.subscription, request.ack_ids)
        return _NOTHING

    def modify_ack_deadline(self, request: types.ModifyAckDeadlineRequest, _: object) -> empty_pb2.Empty:
        self._store.extend(request.subscription, request.ack_ids, request.ack_deadline_seconds)
        return _NOTHING

    def seek(self, request: types.SeekRequest, _: object) -> types.SeekResponse:
        with self._store.changed:
            self._store.queues[request.subscription].seek(request.time)
        return types.SeekResponse()


# Method, what it takes, and whether it answers with a message of its own.
PUBLISHER = {
    "CreateTopic": ("create_topic", types.Topic),
    "GetTopic": ("get_topic", types.GetTopicRequest),
    "ListTopics": ("list_topics", types.ListTopicsRequest),
    "DeleteTopic": ("delete_topic", types.DeleteTopicRequest),
    "Publish": ("publish", types.PublishRequest),
}
SUBSCRIBER = {
    "CreateSubscription": ("create_subscription", types.Subscription),
    "GetSubscription": ("get_subscription", types.GetSubscriptionRequest),
    "UpdateSubscription": ("update_subscription", types.UpdateSubscriptionRequest),
    "ListSubscriptions": ("list_subscriptions", types.ListSubscriptionsRequest),
    "DeleteSubscription": ("delete_subscription", types.DeleteSubscriptionRequest),
    "Pull": ("pull", types.PullRequest),
    "Acknowledge": ("acknowledge", types.AcknowledgeRequest),
    "ModifyAckDeadline": ("modify_ack_deadline", types.ModifyAckDeadlineRequest),
    "Seek": ("seek", types.SeekRequest),
}


def _handler(method: Callable[[Any, Any], Any], request: Any) -> grpc.RpcMethodHandler:
    def answer(message: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(message, context)
        except KeyError as error:
            context.abort(grpc.StatusCode.NOT_FOUND, f"Resource not found: {error.args[0]}")
        except FileExistsError as error:
            context.abort(grpc.StatusCode.ALREADY_EXISTS, f"Resource already exists: {error.args[0]}")
        except NotImplementedError as error:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"this server does not know {error.args[0]}")
        except ExpiredError as error:
            context.abort_with_status(rpc_status.to_status(_expired(error)))

    def serialized(message: Any) -> bytes:
        written: bytes = message.SerializeToString() if message is _NOTHING else type(message).serialize(message)
        return written

    return grpc.unary_unary_rpc_method_handler(
        answer, request_deserializer=request.deserialize, response_serializer=serialized
    )


def _expired(error: ExpiredError) -> status_pb2.Status:
    """The answer of a subscription with exactly-once delivery, as google-cloud-pubsub reads it (`_get_ack_errors`)."""
    failures = dict.fromkeys(error.ack_ids, "PERMANENT_FAILURE_INVALID_ACK_ID")
    info = error_details_pb2.ErrorInfo(
        reason="EXACTLY_ONCE_ACKID_FAILURE", domain="pubsub.googleapis.com", metadata=failures
    )
    status = status_pb2.Status(code=code_pb2.FAILED_PRECONDITION, message=str(error))
    status.details.add().Pack(info)
    return status


def start(host_port: str) -> tuple[grpc.Server, int]:
    """A server that answers, and its port."""
    store = Store()
    # Every pull that waits holds a thread.
    server = grpc.server(ThreadPoolExecutor(max_workers=256), options=[("grpc.max_receive_message_length", -1)])
    for name, service, methods in (
        ("google.pubsub.v1.Publisher", Publisher(store), PUBLISHER),
        ("google.pubsub.v1.Subscriber", Subscriber(store), SUBSCRIBER),
    ):
        handlers = {
            method: _handler(getattr(service, function), request) for method, (function, request) in methods.items()
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, handlers),))
    port = server.add_insecure_port(host_port)
    server.start()
    return server, port


def serve(host_port: str) -> None:
    """Serve until SIGTERM."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    server, _ = start(host_port)
    stopped.wait()
    server.stop(grace=1).wait()
