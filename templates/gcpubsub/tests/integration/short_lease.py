"""Leases of ten seconds, the shortest that Pub/Sub takes; for `--include`."""

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.transport import make_queues

app.conf.broker_transport_options["ack_deadline_seconds"] = 10
with app.connection_for_write() as _connection:
    make_queues(_connection.default_channel)
