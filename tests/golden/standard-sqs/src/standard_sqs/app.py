"""The Celery application; everything it relies on is set in `config`."""

from standard_sqs import worker
from standard_sqs.reliability.sending import Application

app = Application("standard_sqs", task_cls="standard_sqs.reliability.base_task:BaseTask")
app.config_from_object("standard_sqs.config")
worker.install(app)
