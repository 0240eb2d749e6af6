result_backend = _settings.result_backend_url.get_secret_value()
{% if cookiecutter._tls.backend %}
# The broker's options are not used here.
redis_backend_use_ssl = _settings.result_backend_tls and {
    "ssl_cert_reqs": "required",
    "ssl_check_hostname": True,
    "ssl_ca_certs": _settings.result_backend_ca_file,
    "ssl_certfile": _settings.result_backend_certificate_file,
    "ssl_keyfile": _settings.result_backend_key_file,
}
{% endif %}
# Results are for whoever waits or polls, not an archive.
result_expires = {{ cookiecutter._timing.result_expires }}
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
{% if cookiecutter._passwords.backend %}
if _settings.{{ cookiecutter._passwords.asked.backend }}:
    redis_backend_credential_provider = credentials.ResultBackendPassword()
{% endif %}
{% include "backend/transport_options.py" %}
