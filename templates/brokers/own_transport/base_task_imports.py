from celery.exceptions import TimeLimitExceeded
