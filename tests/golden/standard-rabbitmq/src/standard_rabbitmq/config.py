"""Every Celery setting this project relies on, with its reason.

What differs between environments is in `settings`; what belongs to one queue (concurrency,
limits, priority) is in `topology`. Names, defaults and meaning:
https://docs.celeryq.dev/en/stable/userguide/configuration.html
"""

from ssl import CERT_REQUIRED

from standard_rabbitmq import credentials, topology
from standard_rabbitmq.schedule import BEAT_SCHEDULE
from standard_rabbitmq.settings import get_settings
from standard_rabbitmq.tasks import MODULES

_settings = get_settings()

# ---- messages

# JSON and nothing else: unpickling runs whatever somebody who can write to the broker put there.
accept_content = ["json"]
task_serializer = "json"
result_serializer = "json"
timezone = "UTC"

# ---- tasks

include = (*MODULES, "standard_rabbitmq.workflows")
# A message is acknowledged when its task has ended, so a crash loses nothing. The price is that a
# task may run twice: write it so that a second run does no harm.
task_acks_late = True
# A task whose process dies (kill -9, out of memory, segmentation fault) has failed once: it runs
# again after `default_retry_delay`, up to `max_retries` times; reliability/base_task.py sets both.
task_retry_on_worker_lost = True
# When that retry cannot be sent, back to the queue. On its own it would repeat a deadly task for
# ever.
task_reject_on_worker_lost = True
# What failed for good is rejected, and RabbitMQ moves it to the dead letter queue.
task_acks_on_failure = False
# False would put a task that ran into its hard time limit back in its queue, again and again.
# DeadLetteringRequest in reliability/base_task.py makes it a dead letter.
task_acks_on_timeout = True

# ---- queues

task_queues = topology.kombu_queues()
task_routes = topology.task_routes()
# For tasks without a route; Celery's own are among them.
task_default_queue = topology.DEFAULT_QUEUE.name
# A misspelt queue fails in the sender instead of collecting messages that nobody reads.
task_create_missing_queues = False

# ---- broker

broker_url = _settings.broker_url.get_secret_value()
# Wait for the broker as long as it takes, at start too: a restart would not bring it back sooner.
broker_connection_retry_on_startup = True
broker_connection_max_retries = None
# A sender that finds all `broker_pool_limit` connections busy gets an error, not an endless wait.
broker_pool_acquire_timeout = 10
# Publishing survives a short loss of the broker: five more tries in about 6 s, then an error.
task_publish_retry_policy = {
    "max_retries": 5,
    "interval_start": 0.2,
    "interval_step": 0.5,
    "interval_max": 2,
}
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
_embedded_transport_options: dict[str, object] = {
    "data_folder_in": _settings.embedded_dir / "messages",
    "data_folder_out": _settings.embedded_dir / "messages",
    "control_folder": _settings.embedded_dir / "control",
    "polling_interval": 0.1,
}
broker_transport_options = (
    _embedded_transport_options if _settings.embedded else _broker_transport_options
)

# ---- results

result_backend = _settings.result_backend_url.get_secret_value()
# Results are for whoever waits or polls, not an archive. Beat runs `celery.backend_cleanup` once a
# day, which deletes the expired rows.
result_expires = 21600
# `ignore_result=True` saves two statements for tasks whose result nobody reads; failures are kept.
task_store_errors_even_if_ignored = True
# Some 30 s of tries: the default, three within a tenth of a second, does not outlast a restart of
# the database.
result_backend_max_retries = 10
result_backend_base_sleep_between_retries_ms = 100
database_engine_options = {
    # Celery's own two: a connection that the server has closed is not used.
    "pool_pre_ping": True,
    "pool_recycle": 3600,
    # libpq's, in seconds but for the second: by default a statement on a link that was cut without
    # a word ends after a quarter of an hour.
    "connect_args": {
        "connect_timeout": 5,
        "tcp_user_timeout": 30_000,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        # sslmode=verify-full stands in the URL; without it, the server is on this network or this
        # host.
        **(_settings.result_backend_files if _settings.result_backend_tls else {}),
    },
}
if _settings.result_backend_password:
    database_engine_callback = credentials.log_in_with_present_password

# ---- workers

# One message at a time per process: more would wait behind a long task while others are idle.
# `python -m standard_rabbitmq worker` passes each queue's own number.
worker_prefetch_multiplier = 1
# A child that takes more than Celery's 4 s to import the project on a busy host is not hanging.
worker_proc_alive_timeout = 30
# Celery's own limits each task by itself, and slows all of them down to one a second;
# worker/rate_limits.py has the reason.
worker_consumer = "standard_rabbitmq.worker.rate_limits:Consumer"
# Logging is set up in worker/logs.py; handlers of others, such as an error tracker, must stay.
worker_hijack_root_logger = False

# ---- schedule

beat_schedule = BEAT_SCHEDULE
beat_scheduler = "standard_rabbitmq.worker.beat:Scheduler"
# How often beat looks at the schedule at least, and an instance that stands by at the lock.
beat_max_loop_interval = 5
# A crontab entry that was missed while no beat ran is made up for within an hour, or left out.
beat_cron_starting_deadline = 3600
# Beat answers a ping as the workers do, and stops answering when it no longer ticks.
beat_enable_remote_control = True
