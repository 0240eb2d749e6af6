
# What a killed worker held returns within seconds, not after a minute.
with app.connection_for_write() as _connection:
    _management = _connection.default_channel.queue_mgmt_service
    _queue = _management.get_queue(DEFAULT_QUEUE.name)
    _queue.lock_duration = "PT5S"
    _management.update_queue(_queue)
