"""The Celery application; everything it relies on is set in `config`."""

from celery import Celery

from standard_rabbitmq import worker

app = Celery(
    "standard_rabbitmq",
    task_cls="standard_rabbitmq.reliability.base_task:BaseTask",
)
app.config_from_object("standard_rabbitmq.config")
worker.install(app)
