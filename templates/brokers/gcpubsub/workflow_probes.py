
# What a killed worker held returns within seconds, not after a minute as in production. Pub/Sub
# takes no less than ten.
app.conf.broker_transport_options["ack_deadline_seconds"] = 10
with app.connection_for_write() as _connection:
    make_queues(_connection.default_channel)
