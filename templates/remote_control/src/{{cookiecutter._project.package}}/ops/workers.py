"""Who is there: workers and the queues they read{% if cookiecutter._components.beat %}, and beat{% endif %}. They are asked over the broker."""

from dataclasses import dataclass

from celery import Celery

from {{ cookiecutter._project.package }}.ops.deadline import connected


@dataclass(frozen=True)
class Worker:
    """A worker that answered, by its node name, and the full names of the queues it consumes."""

    name: str
    queues: tuple[str, ...]


def answering_workers(app: Celery, window: float) -> tuple[Worker, ...]:
    """Ask all workers what they consume and collect the replies for `window` seconds.

    Nobody knows how many workers there are, so the window is always waited out.
    """
    with connected(app.connection_for_write()) as connection:
        inspect = app.control.inspect(timeout=window, connection=connection)
        replies = inspect.active_queues() or {}
    return tuple(
        Worker(node, tuple(sorted(queue["name"] for queue in queues)))
        for node, queues in sorted(replies.items())
    )
{% if cookiecutter._components.beat %}


def answering_beat(app: Celery, window: float) -> str:
    """The node name of beat.

    Raises:
        ConnectionError: it does not answer: it is not running, or its scheduler hangs.
    """
    with connected(app.connection_for_write()) as connection:
        inspect = app.control.inspect(
            timeout=window,
            connection=connection,
            pattern="celerybeat@*",
            matcher="glob",
            limit=1,
        )
        replies = inspect.ping()
    if not replies:
        raise ConnectionError(f"no answer within {window:g} s")
    return str(next(iter(replies)))
{% endif %}
