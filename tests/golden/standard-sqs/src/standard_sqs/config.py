"""Every Celery setting this project relies on, with its reason.

What differs between environments is in `settings`; what belongs to one queue (concurrency,
limits, priority) is in `topology`. Names, defaults and meaning:
https://docs.celeryq.dev/en/stable/userguide/configuration.html
"""

from kombu.transport import TRANSPORT_ALIASES

from standard_sqs import topology
from standard_sqs.schedule import BEAT_SCHEDULE
from standard_sqs.settings import get_settings
from standard_sqs.tasks import MODULES

_settings = get_settings()

# ---- messages

# MessagePack carries bytes as they are, which JSON cannot. JSON is read as well: what waits from
# before, and what programs of others send. But no pickle: unpickling runs whatever somebody who can
# write to the broker put there.
accept_content = ["msgpack", "json"]
task_serializer = "msgpack"
result_serializer = "msgpack"
timezone = "UTC"

# ---- tasks

include = (*MODULES, "standard_sqs.workflows")
# A message is acknowledged when its task has ended, so a crash loses nothing. The price is that a
# task may run twice: write it so that a second run does no harm.
task_acks_late = True
# A task whose process dies (kill -9, out of memory, segmentation fault) has failed once: it runs
# again after `default_retry_delay`, up to `max_retries` times; reliability/base_task.py sets both.
task_retry_on_worker_lost = True
# When that retry cannot be sent, back to the queue. On its own it would repeat a deadly task for
# ever.
task_reject_on_worker_lost = True
# What failed for good is rejected, and reliability/transport.py moves it to the dead letter queue.
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
# SQS has no fan-out: there is nothing that could carry a question to all workers.
worker_enable_remote_control = False
# True is Celery 6's default, and right where the broker delivers an unacknowledged message again at
# once. On SQS a task that is ended runs again after the visibility timeout only; left alone, it
# acknowledges when it is done.
worker_cancel_long_running_tasks_on_connection_loss = False
# kombu with the corrections of reliability/transport.py.
TRANSPORT_ALIASES.update(sqs="standard_sqs.reliability.transport:Transport")
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
# What Celery's own leaves to chance: reliability/results.py.
override_backends = {"azureblockblob": "standard_sqs.reliability.results:Backend"}
# Made by the first process that needs it, if its identity may; else beforehand.
azureblockblob_container_name = "standard-sqs-results"
# `ignore_result=True` saves two requests for tasks whose result nobody reads; failures are kept.
task_store_errors_even_if_ignored = True

# ---- workers

# One message at a time per process: more would wait behind a long task while others are idle.
# `python -m standard_sqs worker` passes each queue's own number.
worker_prefetch_multiplier = 1
# A child that takes more than Celery's 4 s to import the project on a busy host is not hanging.
worker_proc_alive_timeout = 30
# Celery's own limits each task by itself, and slows all of them down to one a second;
# worker/rate_limits.py has the reason.
worker_consumer = "standard_sqs.worker.rate_limits:Consumer"
# Logging is set up in worker/logs.py; handlers of others, such as an error tracker, must stay.
worker_hijack_root_logger = False

# ---- schedule

beat_schedule = BEAT_SCHEDULE
beat_scheduler = "standard_sqs.worker.beat:Scheduler"
# How often beat looks at the schedule at least, and an instance that stands by at the lock.
beat_max_loop_interval = 5
# A crontab entry that was missed while no beat ran is made up for within an hour, or left out.
beat_cron_starting_deadline = 3600
