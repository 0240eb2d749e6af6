"""Background work of standard-rabbitmq, done by Celery."""
