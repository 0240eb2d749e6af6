"""Whether results can be stored and read."""

from contextlib import closing
from uuid import uuid4

from celery import Celery, states
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool


def round_trip(app: Celery) -> str:
    """Write, read and delete a row: a query alone would not notice a replica or a full disk."""
    # First without Celery, which would try many times before it says what is wrong.
    url = app.conf.result_backend.removeprefix("db+")
    arguments = app.conf.database_engine_options.get("connect_args", {})
    create_engine(url, connect_args=arguments, poolclass=NullPool).connect().close()
    row = app.backend.task_cls(str(uuid4()))
    row.status = states.SUCCESS
    with closing(app.backend.ResultSession()) as session:
        session.add(row)
        session.commit()
        session.refresh(row)
        session.delete(row)
        session.commit()
    return "a row was written, read and deleted"
