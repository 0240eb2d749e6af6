{% import "partials/python.jinja" as python with context %}
"""The Celery application; everything it relies on is set in `config`."""

from {{ cookiecutter._project.package }} import worker
from {{ cookiecutter._project.package }}.reliability.sending import Application
{% if cookiecutter._serializer.auth %}
from {{ cookiecutter._project.package }}.signing import sign_messages
{% endif %}

{{ python.spread("app = Application(", ['"%s"' % cookiecutter._project.package, 'task_cls="%s.reliability.base_task:BaseTask"' % cookiecutter._project.package] + (['loader="%s.reliability.results:Loader"' % cookiecutter._project.package] if cookiecutter._backend.own_class else []), ")") }}
app.config_from_object("{{ cookiecutter._project.package }}.config")
{% include "broker/app.py" ignore missing %}
{% if cookiecutter._serializer.auth %}
# Once the configuration has been read, which names the keys.
app.on_after_configure.connect(sign_messages)
{% endif %}
worker.install(app)
