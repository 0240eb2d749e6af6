# PGMQ has no fan-out that works with kombu 5.7: nothing could carry a question to all workers.
worker_enable_remote_control = False
# True is Celery 6's default, and right where the broker delivers an unacknowledged message again at
# once. Here a task that is ended would run again after the visibility timeout only; left alone, it
# is acknowledged when it is done, on the next connection.
worker_cancel_long_running_tasks_on_connection_loss = False
{% include "broker/config_transport.py" %}
_broker_transport_options: dict[str, object] = {
    # Outside of a worker, which looks for messages as often: reliability/transport.py.
    "polling_interval": 0.2,
}
