"""What the tests of the workflows put into the workers, beside probes.py."""

from full_redis import workflows
from full_redis.app import app

from tests.integration.journal import hold, write

#: The order at which a worker waits to be killed, until the test releases it.
HELD = 25


def _export_order(order: int) -> None:
    write("exported", order=order)
    if order == HELD:
        hold("export")


workflows.export_order = _export_order

# What a killed worker held returns within seconds, not after the hour that it takes in production.
app.conf.broker_transport_options = {
    **app.conf.broker_transport_options,
    "visibility_timeout": 5,
    "unacked_restore_interval": 1,
    "unacked_mutex_expire": 1,
}
