"""The application as `dev` runs it: results are kept in SQLite, with the name of the worker."""

from standard_sqs.app import app

app.conf.update(
    result_backend="db+sqlite:///var/results.sqlite",
    result_extended=True,
    task_ignore_result=False,
    # One beat, and no server to keep its schedule.
    beat_scheduler="celery.beat:PersistentScheduler",
    beat_schedule_filename="var/dev/beat-schedule",
    beat_enable_remote_control=False,
)

__all__ = ["app"]
