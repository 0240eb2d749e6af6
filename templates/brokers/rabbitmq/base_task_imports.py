from celery.app.task import Context
from celery.canvas import Signature
from celery.exceptions import TimeLimitExceeded
