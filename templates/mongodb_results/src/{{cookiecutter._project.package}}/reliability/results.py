"""How results are kept in MongoDB: by Celery's own backend, corrected in two places."""

from typing import Any, ClassVar

from celery.backends.mongodb import MongoBackend
from celery.loaders.app import AppLoader
from kombu.utils.compat import register_after_fork
from pymongo.errors import ConnectionFailure


class ResultBackend(MongoBackend):
    """Stands in for Celery's wherever a URL begins with `mongodb`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        register_after_fork(self, ResultBackend._forget_connection)

    def exception_safe_to_retry(self, exc: Exception) -> bool:
        """Tell whether to try again, as while the server restarts. Celery would give up at once."""
        return isinstance(exc, ConnectionFailure)

    def close(self) -> None:
        """Close the connections of this process; the next use makes others."""
        if self._connection is not None:
            self._connection.close()
        self._forget_connection()

    def _forget_connection(self) -> None:
        """Leave them to the parent: a client of PyMongo is not made for two processes."""
        self._connection = None
        for name in ("database", "collection", "group_collection"):
            self.__dict__.pop(name, None)


class Loader(AppLoader):
    """Says what `mongodb` means in a URL."""

    override_backends: ClassVar = {"mongodb": f"{__name__}:{ResultBackend.__name__}"}
