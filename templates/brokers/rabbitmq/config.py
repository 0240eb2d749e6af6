# amqps:// alone takes a certificate of any host: the name is compared only where `server_hostname`
# is there, and None is the host of the URL.
broker_use_ssl = _settings.broker_tls and {
    "cert_reqs": CERT_REQUIRED,
    "server_hostname": None,
    "ca_certs": _settings.broker_ca_file,
    "certfile": _settings.broker_certificate_file,
    "keyfile": _settings.broker_key_file,
}
# The other side is gone when two heartbeats are missed. Celery's 120 s would keep a dead worker's
# messages, and its node name, for four minutes.
broker_heartbeat = 30
# RabbitMQ delivers again, at once, what was unacknowledged on a lost connection: end the first run.
worker_cancel_long_running_tasks_on_connection_loss = True
_broker_transport_options: dict[str, object] = {
    # Publishing returns when the queue has stored the message, and raises when it is refused.
    # Otherwise a message that is too large is lost, and the next one on the connection with it.
    "confirm_publish": True,
    # A server that is short of memory or disk answers nothing, not even a goodbye: each wait for it
    # ends, and a sender gets an error, here within a minute and a half.
    "read_timeout": 10,
    "write_timeout": 10,
}
if _settings.broker_password:
    _broker_transport_options["authentication"] = credentials.BrokerPassword()
