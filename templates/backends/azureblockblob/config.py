{% import "partials/python.jinja" as python with context %}
result_backend = _settings.result_backend_url.get_secret_value()
# What Celery's own leaves to chance: reliability/results.py.
{{ python.spread("override_backends = {", ['"azureblockblob": "%s.reliability.results:Backend"' % cookiecutter._project.package], "}") }}
# Made by the first process that needs it, if its identity may; else beforehand.
azureblockblob_container_name = "{{ cookiecutter._backend.store_name }}"
# `ignore_result=True` saves two requests for tasks whose result nobody reads; failures are kept.
task_store_errors_even_if_ignored = True
