"""Whether results can be stored and read."""

from contextlib import closing
from uuid import uuid4

from celery import Celery, states
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
{% if cookiecutter._passwords.backend %}

from {{ cookiecutter._project.package }}.credentials import log_in_with_present_password
from {{ cookiecutter._project.package }}.settings import get_settings
{% endif %}


def round_trip(app: Celery) -> str:
    """Write, read and delete a row: a query alone would not notice a replica or a full disk."""
    # First without Celery, which would try many times before it says what is wrong.
    url = app.conf.result_backend.removeprefix("db+")
    arguments = app.conf.database_engine_options.get("connect_args", {})
    engine = create_engine(url, connect_args=arguments, poolclass=NullPool)
{% if cookiecutter._passwords.backend %}
    if get_settings().{{ cookiecutter._passwords.asked.backend }}:
        log_in_with_present_password(engine)
{% endif %}
    engine.connect().close()
    row = app.backend.task_cls(str(uuid4()))
    row.status = states.SUCCESS
    with closing(app.backend.ResultSession()) as session:
        session.add(row)
        session.commit()
        session.refresh(row)
        session.delete(row)
        session.commit()
    return "a row was written, read and deleted"
