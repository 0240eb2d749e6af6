{% import "partials/python.jinja" as python with context %}
result_backend = _settings.result_backend_url.get_secret_value()
# What Celery's own leaves to chance: reliability/results.py.
{{ python.spread("override_backends = {", ['"s3": "%s.reliability.results:Backend"' % cookiecutter._project.package], "}") }}
# Where Celery looks for the bucket, and for what the names of objects begin with.
s3_bucket, _, s3_base_path = result_backend.removeprefix("s3://").partition("/")
# `ignore_result=True` saves two requests for tasks whose result nobody reads; failures are kept.
task_store_errors_even_if_ignored = True
