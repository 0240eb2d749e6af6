"""The application as `dev` runs it: results are kept in SQLite, with the name of the worker."""

from minimal_redis.app import app

app.conf.update(
    result_backend="db+sqlite:///var/results.sqlite",
    result_extended=True,
    task_ignore_result=False,
)

__all__ = ["app"]
