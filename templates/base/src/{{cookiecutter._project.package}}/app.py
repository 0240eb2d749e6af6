{% import "partials/python.jinja" as python with context %}
"""The Celery application; everything it relies on is set in `config`."""

from {{ cookiecutter._project.package }} import worker
from {{ cookiecutter._project.package }}.reliability.sending import Application

{{ python.spread("app = Application(", ['"%s"' % cookiecutter._project.package, 'task_cls="%s.reliability.base_task:BaseTask"' % cookiecutter._project.package] + (['loader="%s.reliability.results:Loader"' % cookiecutter._project.package] if cookiecutter._backend.sql else []), ")") }}
app.config_from_object("{{ cookiecutter._project.package }}.config")
{% include "broker/app.py" ignore missing %}
worker.install(app)
