"""The Celery application; everything it relies on is set in `config`."""

from celery import Celery

from {{ cookiecutter._project.package }} import worker

app = Celery(
    "{{ cookiecutter._project.package }}",
    task_cls="{{ cookiecutter._project.package }}.reliability.base_task:BaseTask",
)
app.config_from_object("{{ cookiecutter._project.package }}.config")
worker.install(app)
