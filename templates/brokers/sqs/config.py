# SQS has no fan-out: there is nothing that could carry a question to all workers.
worker_enable_remote_control = False
# True is Celery 6's default, and right where the broker delivers an unacknowledged message again at
# once. On SQS a task that is ended runs again after the visibility timeout only; left alone, it
# acknowledges when it is done.
worker_cancel_long_running_tasks_on_connection_loss = False
{% include "broker/config_transport.py" %}
_broker_transport_options: dict[str, object] = {
    "region": _settings.aws_region,
    # The queues that there are. Without this list kombu asks for all queues of the account, makes
    # those that it does not find, and needs the right to do both.
    "predefined_queues": {
        name: {"url": url}
        for name, url in topology.queue_urls(_settings.aws_region, _settings.aws_account_id).items()
    },
    "wait_time_seconds": topology.POLL_TIME,
    # Between two looks whether a process is free for another message; this is no request. The
    # default is 1.
    "polling_interval": 0.1,
    # JSON as it is; base64 around it would cost a third of the largest message.
    "sqs_base64_encoding": False,
    # boto3's defaults are a minute and five attempts: a sender would wait that long, times Celery's
    # own attempts.
    "client-config": {
        "connect_timeout": 5,
        "read_timeout": 5,
        "retries": {"mode": "standard", "total_max_attempts": 2},
    },
}
