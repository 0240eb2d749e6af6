"""The application as `dev` runs it: results are kept in SQLite, with the name of the worker."""

from {{ cookiecutter._project.package }}.app import app

app.conf.update(
    result_backend="db+sqlite:///var/results.sqlite",
{% if cookiecutter._backend.sql %}
    database_engine_options={},
{% endif %}
    result_extended=True,
    task_ignore_result=False,
{% if cookiecutter._components.beat %}
    # One beat, and no server to keep its schedule.
    beat_scheduler="celery.beat:PersistentScheduler",
    beat_schedule_filename="var/dev/beat-schedule",
    beat_enable_remote_control=False,
{% endif %}
)

__all__ = ["app"]
