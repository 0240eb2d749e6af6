"""The Celery application; everything it relies on is set in `config`."""

from minimal_redis import worker
from minimal_redis.reliability.sending import Application

app = Application("minimal_redis", task_cls="minimal_redis.reliability.base_task:BaseTask")
app.config_from_object("minimal_redis.config")
worker.install(app)
