"""Background work of minimal-redis, done by Celery."""
