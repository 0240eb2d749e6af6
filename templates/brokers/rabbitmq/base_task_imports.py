from celery.exceptions import TimeLimitExceeded
from celery.worker.request import Request
