
# What a killed worker held returns within seconds, not after the minutes it takes in production.
with app.connection_for_write() as _connection:
    _sqs, _url = _connection.default_channel.client_and_url(DEFAULT_QUEUE.name)
    _sqs.set_queue_attributes(QueueUrl=_url, Attributes={"VisibilityTimeout": "5"})
