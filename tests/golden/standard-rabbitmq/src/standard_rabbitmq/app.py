"""The Celery application; everything it relies on is set in `config`."""

from standard_rabbitmq import worker
from standard_rabbitmq.reliability.sending import Application

app = Application(
    "standard_rabbitmq",
    task_cls="standard_rabbitmq.reliability.base_task:BaseTask",
    loader="standard_rabbitmq.reliability.results:Loader",
)
app.config_from_object("standard_rabbitmq.config")
app.amqp_cls = "standard_rabbitmq.credentials:AMQP"
worker.install(app)
