# Every worker, and every question to them, would make a subscription of its own, with rights that
# no worker should have, and leave it behind when it is killed.
worker_enable_remote_control = False
# A worker that has lost its connection has returned its messages, and others run them: it ends its
# own runs. This is Celery 6's default.
worker_cancel_long_running_tasks_on_connection_loss = True
# gRPC does not survive a fork: a child that inherits its threads and locks hangs. Children start
# anew instead, and import the project again.
worker_pool_start_method = "spawn"
# kombu's transport has no event loop, and then a worker waits so long for what a process that died
# may have left. The default is 10.
worker_lost_wait = 2
{% include "broker/config_transport.py" %}
_broker_transport_options: dict[str, object] = {
    # The names of the queues begin with it already; kombu would put `kombu-` in front of them.
    "queue_name_prefix": "{{ cookiecutter.project_slug }}-",
    "ack_deadline_seconds": topology.ACK_DEADLINE,
    # Seconds without workers, after which Pub/Sub deletes a subscription and all that waits in it;
    # None for never. kombu's default is a day.
    "expiration_seconds": None,
    # Seconds of further attempts when Pub/Sub does not answer; kombu's 300 would hold up a sender,
    # and a worker that acknowledges.
    "retry_timeout_seconds": 10,
}
