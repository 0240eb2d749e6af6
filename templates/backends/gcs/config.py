{% import "partials/python.jinja" as python with context %}
# Celery finds the bucket in it, and what the names of objects begin with.
result_backend = _settings.result_backend_url.get_secret_value()
# What Celery's own leaves to chance: reliability/results.py.
{{ python.spread("override_backends = {", ['"gs": "%s.reliability.results:Backend"' % cookiecutter._project.package], "}") }}
# Celery insists on one. No request is about it: the name of a bucket says enough, worldwide.
gcs_project = "not-asked-for"
# `ignore_result=True` saves two requests for tasks whose result nobody reads; failures are kept.
task_store_errors_even_if_ignored = True
