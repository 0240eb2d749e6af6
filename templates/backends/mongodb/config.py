result_backend = _settings.result_backend_url.get_secret_value()
# Results are for whoever waits or polls, not an archive. Beat runs `celery.backend_cleanup` once a
# day, which deletes the expired ones.
result_expires = {{ cookiecutter._timing.result_expires }}
# `ignore_result=True` saves a round trip for tasks whose result nobody reads; failures are kept.
task_store_errors_even_if_ignored = True
# Ten more tries, to outlast a restart of the server; reliability/results.py says at which errors.
result_backend_always_retry = True
result_backend_max_retries = 10
result_backend_base_sleep_between_retries_ms = 100
mongodb_backend_settings = {
    # Milliseconds. By default a call looks for a server for 30 s, and one on a link that was cut
    # without a word never ends.
    "options": {
        "connectTimeoutMS": 5_000,
        "serverSelectionTimeoutMS": 10_000,
        "socketTimeoutMS": 30_000,
    },
}
