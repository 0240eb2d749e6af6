{% if cookiecutter._tls.broker %}
{% include "broker/url.py" ignore missing %}
# TLS without more is TLS with anybody: kombu verifies only what it is told to verify.
broker_use_ssl = _settings.broker_tls and {
    "ssl_cert_reqs": "required",
    "ssl_check_hostname": True,
    "ssl_ca_certs": _settings.broker_ca_file,
    "ssl_certfile": _settings.broker_certificate_file,
    "ssl_keyfile": _settings.broker_key_file,
}
{% endif %}
# True is Celery 6's default, and right where the broker delivers an unacknowledged message again at
# once. {{ cookiecutter._broker.server }} does not: a task that is ended would run again after the visibility timeout
# only. Left alone, it acknowledges when it is done, on the next connection (worker/redelivery.py).
worker_cancel_long_running_tasks_on_connection_loss = False
# There the tasks that go on count as prefetched already: less prefetch would count them twice, and
# processes would be idle.
worker_enable_prefetch_count_reduction = False
_broker_transport_options: dict[str, object] = {
    # {{ cookiecutter._broker.server }} does not notice that a worker is gone. A message that was delivered and is not
    # acknowledged within this time goes back to its queue, whether its worker was killed or is
    # still at it: any shorter, and long tasks and countdowns run twice. A worker that is told to
    # stop returns its messages itself (worker/lifecycle.py); only SIGKILL leaves them to this.
    "visibility_timeout": topology.VISIBILITY_TIMEOUT,
    # Look for such messages every 15 s instead of every 100. The lock around it must not outlive
    # a worker that was killed while it held it; the default is 300 s.
    "unacked_restore_interval": 15,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 15,
{% include "broker/socket_options.py" %}
    # A list for each queue and priority: `queue` and `queue:9`.
    "priority_steps": sorted(topology.Priority),
    "sep": ":",
    # Two projects in one database would share the table of unacknowledged messages, and the
    # shorter visibility timeout would count for both.
    "global_keyprefix": "{{ cookiecutter.project_slug }}:",
{% include "broker/transport_options.py" %}
}
{% if cookiecutter._passwords.broker %}
if _settings.{{ cookiecutter._passwords.asked.broker }} and not _settings.embedded:
    broker_url = credentials.with_broker_password(broker_url)
{% endif %}
