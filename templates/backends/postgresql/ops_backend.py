"""Whether results can be stored and read."""

from uuid import uuid4

from celery import Celery
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from {{ cookiecutter._project.package }}.credentials import log_in_with_present_password
from {{ cookiecutter._project.package }}.settings import get_settings


def round_trip(app: Celery) -> str:
    """Look for a result that cannot exist: proves the login, the table and the right to read it."""
    # First without Celery, which would try many times before it says what is wrong.
    url = app.conf.result_backend.removeprefix("db+")
    engine = create_engine(url, poolclass=NullPool)
    if get_settings().result_backend_password:
        log_in_with_present_password(engine)
    engine.connect().close()
    app.backend.task_result_exists(str(uuid4()))
    return "the table of results was queried"
