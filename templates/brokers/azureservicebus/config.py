# Service Bus has no fan-out: there is nothing that could carry a question to all workers.
worker_enable_remote_control = False
# True is Celery 6's default, and right where the broker delivers an unacknowledged message again at
# once. Here a task that is ended would run again when its lock ends; left alone, it acknowledges
# when it is done.
worker_cancel_long_running_tasks_on_connection_loss = False
# kombu's transport has no event loop, and then a worker waits so long for what a process that died
# may have left. The default is 10.
worker_lost_wait = 2
{% include "broker/config_transport.py" %}
_broker_transport_options: dict[str, object] = {
    # Without it a task that takes longer than the lock loses its message, which then runs again
    # elsewhere; after some times it is a dead letter although every run went well.
    "use_lock_renewal": True,
    # No longer: a thread that hangs must not keep its message for ever.
    "max_lock_renewal_duration": topology.LONGEST_HOLD,
    "peek_lock_seconds": topology.LOCK,
    # An acknowledgement waits until a receive is over. Messages do not: they come by themselves,
    # so a short one costs no requests.
    "wait_time_seconds": 0.5,
    # Between two looks whether a process is free for another message; this is no request. The
    # default is 1.
    "polling_interval": 0.1,
    # The client's own attempts. Its default is 3, over five seconds, times Celery's own.
    "retry_total": 1,
}
