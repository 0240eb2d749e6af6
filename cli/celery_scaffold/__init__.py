"""celery-scaffold: from a few answers to a Celery project that runs in production."""

__version__ = "0.2.0"
