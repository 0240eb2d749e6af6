"""The application of this project, connected to something else.

Tasks, queues, routes and limits stay those of production, which is the point: an application made
for the tests would share none of them with the workers.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from celery import Celery
from kombu import pools
from kombu.transport import memory

RESULT_BACKEND = "cache+memory://"


@contextmanager
def connected_to(
    app: Celery, broker_url: str, result_backend: str | None, **settings: object
) -> Iterator[None]:
    """Connect the application to other servers, and back again at the end."""
    changed = {"broker_url": broker_url, "result_backend": result_backend, **settings}
    before = {name: app.conf[name] for name in changed}
    _reconnect(app, changed)
    try:
        yield
    finally:
        _reconnect(app, before)


@contextmanager
def in_memory(app: Celery) -> Iterator[None]:
    """Keep messages and results in this process."""
    options = {"polling_interval": 0.01}
    with connected_to(app, "memory://localhost/", RESULT_BACKEND, broker_transport_options=options):
        try:
            yield
        finally:
            # The transport keeps its queues as long as the process lives: the next test would find
            # the messages this one left.
            memory.Transport.global_state.clear()
            memory.Channel.queues.clear()


def _reconnect(app: Celery, settings: Mapping[str, object]) -> None:
    """Apply the settings, and drop every connection that was made with the old ones."""
    # AttributeError: a backend that was never used, or keeps no connection. `app.backend` would
    # make one first, and PostgreSQL's looks for its tables at once, for minutes without a server.
    with suppress(AttributeError):
        app._backend.result_consumer.stop()
    pools.reset()
    # What Celery calls in a forked process, which must not use the connections of its parent.
    app._after_fork()
    # There is one backend for each thread, and no public way to drop it.
    app._backend_cache = None
    app._local = threading.local()
    app.conf.update(settings)
