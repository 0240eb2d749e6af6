# What failed for good is acknowledged: {{ cookiecutter._broker.server }} has no dead letters, rejecting would delete it too.
task_acks_on_failure = True
task_acks_on_timeout = True
