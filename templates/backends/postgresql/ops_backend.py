"""Whether results can be stored and read."""

from uuid import uuid4

from celery import Celery
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool


def round_trip(app: Celery) -> str:
    """Look for a result that cannot exist: proves the login, the table and the right to read it."""
    # First without Celery, which would try many times before it says what is wrong.
    url = app.conf.result_backend.removeprefix("db+")
    options = app.conf.database_engine_options
    create_engine(url, poolclass=NullPool, **options).connect().close()
    app.backend.task_result_exists(str(uuid4()))
    return "the table of results was queried"
