"""Whether results can be delivered: with `rpc://` they are messages on the broker."""

from celery import Celery
from kombu import Queue

from {{ cookiecutter._project.package }}.ops.deadline import connected


def round_trip(app: Celery) -> str:
    """Send a message through a queue of the kind that results come back on."""
    with connected(app.connection_for_write()) as connection, connection.channel() as channel:
        queue = Queue("", exclusive=True, auto_delete=True).bind(channel)
        queue.declare()
        with connection.Producer(channel) as producer:
            producer.publish("health", routing_key=queue.name, retry=False)
        if queue.get(no_ack=True) is None:
            raise ConnectionError("the message that was just sent did not arrive")
    return "a message went through a reply queue"
