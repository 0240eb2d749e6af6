# A result goes to a queue of the process that sent the task: nobody else can read it, and it is
# gone when that process ends.
result_backend = _settings.result_backend_url.get_secret_value()
result_expires = {{ cookiecutter._timing.result_expires }}
