"""Background work of standard-sqs, done by Celery."""
