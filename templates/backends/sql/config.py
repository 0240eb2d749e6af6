result_backend = _settings.result_backend_url.get_secret_value()
# Results are for whoever waits or polls, not an archive. Beat runs `celery.backend_cleanup` once a
# day, which deletes the expired rows.
result_expires = {{ cookiecutter._timing.result_expires }}
# `ignore_result=True` saves two statements for tasks whose result nobody reads; failures are kept.
task_store_errors_even_if_ignored = True
# Some 30 s of tries: the default, three within a tenth of a second, does not outlast a restart of
# the database.
result_backend_max_retries = 10
result_backend_base_sleep_between_retries_ms = 100
{% include "backend/config_engine.py" %}
{% if cookiecutter._passwords.backend %}
if _settings.{{ cookiecutter._passwords.asked.backend }}:
    database_engine_callback = credentials.log_in_with_present_password
{% endif %}
