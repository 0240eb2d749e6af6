# What failed for good is rejected, and reliability/transport.py moves it to the dead letter queue.
task_acks_on_failure = False
# False would put a task that ran into its hard time limit back in its queue, again and again.
# DeadLetteringRequest in reliability/base_task.py makes it a dead letter.
task_acks_on_timeout = True
