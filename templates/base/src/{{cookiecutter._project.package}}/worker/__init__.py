"""What happens inside a worker besides the tasks: logs, health files, and the drain at its end."""

from typing import TYPE_CHECKING

from {{ cookiecutter._project.package }}.worker import health, lifecycle, logs{{ ", processes" if cookiecutter._broker.spawns }}

if TYPE_CHECKING:
    from celery import Celery


def install(app: "Celery") -> None:
    """Add this project's steps to the workers of `app`; safe to repeat."""
    logs.connect()
    app.steps["worker"].update({health.HealthFiles, lifecycle.Drain{{ ", processes.ProcessesUp" if cookiecutter._broker.spawns }}})
    app.steps["consumer"].add(health.Consuming)
{% if cookiecutter._broker.declares_topology %}
    lifecycle.declare_topology_before_consuming()
{% endif %}
