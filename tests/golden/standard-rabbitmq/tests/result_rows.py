"""The rows in which results are kept, without the backend's own reading and writing."""

from contextlib import closing

from sqlalchemy import delete, func, select, update

from standard_rabbitmq.app import app


def rows() -> int:
    """Count all results."""
    with closing(app.backend.ResultSession()) as session:
        number: int = session.scalar(select(func.count()).select_from(app.backend.task_cls))
    return number


def change(task_id: str, **values: object) -> None:
    """Write over the row of a task."""
    table = app.backend.task_cls
    with closing(app.backend.ResultSession()) as session:
        session.execute(update(table).where(table.task_id == task_id).values(**values))
        session.commit()


def remove(*task_ids: str) -> None:
    """Delete the rows of some tasks."""
    table = app.backend.task_cls
    with closing(app.backend.ResultSession()) as session:
        session.execute(delete(table).where(table.task_id.in_(task_ids)))
        session.commit()
