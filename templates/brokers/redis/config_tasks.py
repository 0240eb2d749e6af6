# What failed for good is acknowledged: Redis has no dead letters, rejecting would delete it too.
task_acks_on_failure = True
task_acks_on_timeout = True
