result_backend = _settings.result_backend_url.get_secret_value()
# Results are for whoever waits or polls, not an archive. A full memcached forgets the oldest ones
# sooner, and a restarted one all of them.
result_expires = {{ cookiecutter._timing.result_expires }}
# `ignore_result=True` saves two round trips for tasks whose result nobody reads; failures are kept.
task_store_errors_even_if_ignored = True
# Some 30 s of tries, which outlast a restart of the server; reliability/results.py has the errors.
result_backend_always_retry = True
result_backend_max_retries = 10
result_backend_base_sleep_between_retries_ms = 100
