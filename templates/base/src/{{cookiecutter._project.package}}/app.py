"""The Celery application; everything it relies on is set in `config`."""

from {{ cookiecutter._project.package }} import worker
from {{ cookiecutter._project.package }}.reliability.sending import Application

app = Application(
    "{{ cookiecutter._project.package }}",
    task_cls="{{ cookiecutter._project.package }}.reliability.base_task:BaseTask",
)
app.config_from_object("{{ cookiecutter._project.package }}.config")
worker.install(app)
