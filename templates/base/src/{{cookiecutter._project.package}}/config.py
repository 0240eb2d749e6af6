"""Every Celery setting this project relies on, with its reason.

What differs between environments is in `settings`; what belongs to one queue (concurrency,
limits, priority) is in `topology`. Names, defaults and meaning:
https://docs.celeryq.dev/en/stable/userguide/configuration.html
"""

{% if cookiecutter._sentinel %}
from collections.abc import Mapping
{% endif %}
{% if cookiecutter._tls.cert_required %}
from ssl import CERT_REQUIRED
{% endif %}
{% if cookiecutter._sentinel or cookiecutter._tls.cert_required %}

{% endif %}
{% set third_party %}
{% include "broker/config_imports.py" ignore missing %}
{% if cookiecutter._sentinel %}
{% include "partials/sentinel/config_imports.py" %}
{% endif %}
{% endset %}
{% if third_party | trim %}
{{ third_party }}
{% endif %}
from {{ cookiecutter._project.package }} import {{ "credentials, topology" if cookiecutter._passwords.in_config else "topology" }}
{% if cookiecutter._components.beat %}
from {{ cookiecutter._project.package }}.schedule import BEAT_SCHEDULE
{% endif %}
from {{ cookiecutter._project.package }}.settings import get_settings
from {{ cookiecutter._project.package }}.tasks import MODULES

_settings = get_settings()

# ---- messages

{% include "partials/messages/" ~ cookiecutter._serializer.name ~ ".py" %}
timezone = "{{ cookiecutter._project.timezone }}"

# ---- tasks

{% if cookiecutter._components.workflows %}
include = (*MODULES, "{{ cookiecutter._project.package }}.workflows")
{% else %}
include = MODULES
{% endif %}
# A message is acknowledged when its task has ended, so a crash loses nothing. The price is that a
# task may run twice: write it so that a second run does no harm.
task_acks_late = True
# A task whose process dies (kill -9, out of memory, segmentation fault) has failed once: it runs
# again after `default_retry_delay`, up to `max_retries` times; reliability/base_task.py sets both.
task_retry_on_worker_lost = True
# When that retry cannot be sent, back to the queue. On its own it would repeat a deadly task for
# ever.
task_reject_on_worker_lost = True
{% include "broker/config_tasks.py" %}

# ---- queues

task_queues = topology.kombu_queues()
task_routes = topology.task_routes()
# For tasks without a route; Celery's own are among them.
task_default_queue = topology.DEFAULT_QUEUE.name
# A misspelt queue fails in the sender instead of collecting messages that nobody reads.
task_create_missing_queues = False

{% if cookiecutter._sentinel %}
{% include "partials/sentinel/config.py" %}
{% endif %}
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
{% include "broker/config.py" %}
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

{% include "backend/config.py" %}

# ---- workers

# One message at a time per process: more would wait behind a long task while others are idle.
# `python -m {{ cookiecutter._project.package }} worker` passes each queue's own number.
worker_prefetch_multiplier = 1
# A child that takes more than Celery's 4 s to import the project on a busy host is not hanging.
worker_proc_alive_timeout = 30
{% if cookiecutter._rate_limits %}
# Celery's own limits each task by itself, and slows all of them down to one a second;
{% if cookiecutter._redelivery %}
# worker/rate_limits.py has the reason. And a lost connection costs it time and tasks; see
# worker/redelivery.py.
{% else %}
# worker/rate_limits.py has the reason.
{% endif %}
worker_consumer = "{{ cookiecutter._project.package }}.worker.rate_limits:Consumer"
{% elif cookiecutter._redelivery %}
# Celery's own loses time and tasks with a connection; worker/redelivery.py has the reason.
worker_consumer = "{{ cookiecutter._project.package }}.worker.redelivery:Consumer"
{% endif %}
# Logging is set up in worker/logs.py; handlers of others, such as an error tracker, must stay.
worker_hijack_root_logger = False
{% if cookiecutter._components.beat %}

# ---- schedule

{% include "partials/beat_config.py" %}
{% include "broker/beat_config.py" %}
{% endif %}
