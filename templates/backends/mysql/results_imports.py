from celery.backends.database.models import Task, TaskSet
