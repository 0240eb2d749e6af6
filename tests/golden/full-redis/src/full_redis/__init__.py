"""Background work of full-redis, done by Celery."""
