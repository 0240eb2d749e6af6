"""What the tests of the workflows put into the workers, beside probes.py."""

from standard_sqs import workflows
from standard_sqs.app import app
from standard_sqs.topology import DEFAULT_QUEUE

from tests.integration.journal import hold, write

#: The order at which a worker waits to be killed, until the test releases it.
HELD = 25


def _export_order(order: int) -> None:
    write("exported", order=order)
    if order == HELD:
        hold("export")


workflows.export_order = _export_order

# What a killed worker held returns within seconds, not after the minutes it takes in production.
with app.connection_for_write() as _connection:
    _sqs, _url = _connection.default_channel.client_and_url(DEFAULT_QUEUE.name)
    _sqs.set_queue_attributes(QueueUrl=_url, Attributes={"VisibilityTimeout": "5"})
