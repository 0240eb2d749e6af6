"""The Celery application; everything it relies on is set in `config`."""

from full_redis import worker
from full_redis.reliability.sending import Application

app = Application("full_redis", task_cls="full_redis.reliability.base_task:BaseTask")
app.config_from_object("full_redis.config")
worker.install(app)
