"""The Celery application; everything it relies on is set in `config`."""

from celery import Celery

from full_redis import worker

app = Celery(
    "full_redis",
    task_cls="full_redis.reliability.base_task:BaseTask",
)
app.config_from_object("full_redis.config")
worker.install(app)
