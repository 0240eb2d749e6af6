{% import "partials/python.jinja" as python with context %}
result_backend = _settings.result_backend_url.get_secret_value()
# What Celery's own leaves to chance: reliability/results.py.
{{ python.spread("override_backends = {", ['"dynamodb": "%s.reliability.results:Backend"' % cookiecutter._project.package], "}") }}
# Results are for whoever waits or polls, not an archive. An item has this as its time to live.
result_expires = {{ cookiecutter._timing.result_expires }}
# `ignore_result=True` saves two requests for tasks whose result nobody reads; failures are kept.
task_store_errors_even_if_ignored = True
