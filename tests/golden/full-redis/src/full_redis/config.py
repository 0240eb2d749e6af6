"""Every Celery setting this project relies on, with its reason.

What differs between environments is in `settings`; what belongs to one queue (concurrency,
limits, priority) is in `topology`. Names, defaults and meaning:
https://docs.celeryq.dev/en/stable/userguide/configuration.html
"""

from full_redis import credentials, topology
from full_redis.schedule import BEAT_SCHEDULE
from full_redis.settings import get_settings
from full_redis.tasks import MODULES

_settings = get_settings()

# ---- messages

# JSON and nothing else: unpickling runs whatever somebody who can write to the broker put there.
accept_content = ["json"]
task_serializer = "json"
result_serializer = "json"
timezone = "Europe/Berlin"

# ---- tasks

include = (*MODULES, "full_redis.workflows")
# A message is acknowledged when its task has ended, so a crash loses nothing. The price is that a
# task may run twice: write it so that a second run does no harm.
task_acks_late = True
# A task whose process dies (kill -9, out of memory, segmentation fault) has failed once: it runs
# again after `default_retry_delay`, up to `max_retries` times; reliability/base_task.py sets both.
task_retry_on_worker_lost = True
# When that retry cannot be sent, back to the queue. On its own it would repeat a deadly task for
# ever.
task_reject_on_worker_lost = True
# What failed for good is acknowledged: Redis has no dead letters, rejecting would delete it too.
task_acks_on_failure = True
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
# TLS without more is TLS with anybody: kombu verifies only what it is told to verify.
broker_use_ssl = _settings.broker_tls and {
    "ssl_cert_reqs": "required",
    "ssl_check_hostname": True,
    "ssl_ca_certs": _settings.broker_ca_file,
    "ssl_certfile": _settings.broker_certificate_file,
    "ssl_keyfile": _settings.broker_key_file,
}
# True is Celery 6's default, and right where the broker delivers an unacknowledged message again at
# once. Redis does not: a task that is ended would run again after the visibility timeout
# only. Left alone, it acknowledges when it is done, on the next connection (worker/redelivery.py).
worker_cancel_long_running_tasks_on_connection_loss = False
# There the tasks that go on count as prefetched already: less prefetch would count them twice, and
# processes would be idle.
worker_enable_prefetch_count_reduction = False
_broker_transport_options: dict[str, object] = {
    # Redis does not notice that a worker is gone. A message that was delivered and is not
    # acknowledged within this time goes back to its queue, whether its worker was killed or is
    # still at it: any shorter, and long tasks and countdowns run twice. A worker that is told to
    # stop returns its messages itself (worker/lifecycle.py); only SIGKILL leaves them to this.
    "visibility_timeout": topology.VISIBILITY_TIMEOUT,
    # Look for such messages every 15 s instead of every 100. The lock around it must not outlive
    # a worker that was killed while it held it; the default is 300 s.
    "unacked_restore_interval": 15,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 15,
    # Without these, a connection cut without a word blocks publishers and workers for ever.
    "socket_connect_timeout": 5,
    "socket_timeout": 10,
    "socket_keepalive": True,
    "health_check_interval": 10,
    # A list for each queue and priority: `queue` and `queue:9`.
    "priority_steps": sorted(topology.Priority),
    "sep": ":",
    # Two projects in one database would share the table of unacknowledged messages, and the
    # shorter visibility timeout would count for both.
    "global_keyprefix": "full-redis:",
}
if _settings.broker_password and not _settings.embedded:
    broker_url = credentials.with_broker_password(broker_url)
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
# The broker's options are not used here.
redis_backend_use_ssl = _settings.result_backend_tls and {
    "ssl_cert_reqs": "required",
    "ssl_check_hostname": True,
    "ssl_ca_certs": _settings.result_backend_ca_file,
    "ssl_certfile": _settings.result_backend_certificate_file,
    "ssl_keyfile": _settings.result_backend_key_file,
}
# Results are for whoever waits or polls, not an archive.
result_expires = 21600
# `ignore_result=True` saves a round trip for tasks whose result nobody reads; failures are kept.
task_store_errors_even_if_ignored = True
redis_socket_connect_timeout = 5
# 120 s, the default, is how long a worker hangs on a connection that was cut without a word.
redis_socket_timeout = 10
redis_retry_on_timeout = True
# A task that ends while the server restarts would count as failed, since its result cannot be
# stored: some 40 s of further tries. Who reads a result waits as long before it is an error.
result_backend_always_retry = True
result_backend_max_retries = 20
result_backend_base_sleep_between_retries_ms = 100
result_backend_max_sleep_between_retries_ms = 5000
redis_socket_keepalive = True
# A connection that was idle for as long is tried before it is used again. It is no help to whoever
# waits in `get()`: Celery 5.7 waits for the socket of its subscription there, and notices no link
# that was cut without a word. Ask again and again with short timeouts, not once with a long one.
redis_backend_health_check_interval = 10
if _settings.result_backend_password:
    redis_backend_credential_provider = credentials.ResultBackendPassword()

# ---- workers

# One message at a time per process: more would wait behind a long task while others are idle.
# `python -m full_redis worker` passes each queue's own number.
worker_prefetch_multiplier = 1
# A child that takes more than Celery's 4 s to import the project on a busy host is not hanging.
worker_proc_alive_timeout = 30
# Celery's own limits each task by itself, and slows all of them down to one a second;
# worker/rate_limits.py has the reason. And a lost connection costs it time and tasks; see
# worker/redelivery.py.
worker_consumer = "full_redis.worker.rate_limits:Consumer"
# Logging is set up in worker/logs.py; handlers of others, such as an error tracker, must stay.
worker_hijack_root_logger = False

# ---- schedule

beat_schedule = BEAT_SCHEDULE
beat_scheduler = "full_redis.worker.beat:Scheduler"
# How often beat looks at the schedule at least, and an instance that stands by at the lock.
beat_max_loop_interval = 5
# A crontab entry that was missed while no beat ran is made up for within an hour, or left out.
beat_cron_starting_deadline = 3600
# Beat answers a ping as the workers do, and stops answering when it no longer ticks.
beat_enable_remote_control = True
redbeat_redis_url = _settings.broker_url.get_secret_value()
redbeat_redis_use_ssl = broker_use_ssl
# RedBeat has connections of its own, for which the timeouts above do not count.
redbeat_redis_options: dict[str, object] = {
    "socket_connect_timeout": 5,
    "socket_timeout": 10,
    "socket_keepalive": True,
}
if _settings.broker_password:
    redbeat_redis_options["credential_provider"] = credentials.BrokerPassword()
redbeat_key_prefix = "full-redis:beat:"
redbeat_lock_key = "full-redis:beat:lock"
# If the leader dies, another one leads after this and one beat_max_loop_interval. The lock is
# extended at every look, so it must be several of those intervals.
redbeat_lock_timeout = 30
