"""How results are kept in memcached: by Celery's own backend, corrected in three places."""

import os
from typing import Any, ClassVar

from celery.backends.cache import CacheBackend
from celery.loaders.app import AppLoader
from kombu.exceptions import EncodeError
from pymemcache.exceptions import MemcacheUnexpectedCloseError

#: Bytes; an item of memcached is 1 MiB at most (its option `-I`), with its key and header.
MOST_BYTES = 1024 * 1024 - 1024


class ResultBackend(CacheBackend):
    """Stands in for Celery's wherever a URL begins with `cache+`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clients: dict[int, Any] = {}

    @property
    def client(self) -> Any:
        """The connection of this process.

        Celery gives the one of the parent to all children forked later, which then read each
        other's answers; and a parent has one as soon as it had to report a task that was killed.
        """
        process = os.getpid()
        if process not in self._clients:
            self._clients = {process: self.Client(self.servers, **self.options)}
        return self._clients[process]

    def close(self) -> None:
        """Close the connection of this process; the next use makes another one."""
        for client in self._clients.values():
            client.close()

    def exception_safe_to_retry(self, exc: Exception) -> bool:
        """Tell whether to try again, as while the server restarts. Celery would give up at once."""
        return isinstance(exc, (OSError, MemcacheUnexpectedCloseError))

    def set(self, key: bytes | str, value: bytes | str) -> Any:
        """Store a value.

        Raises:
            EncodeError: it is too large. The task has failed then; with what memcached answers, it
                would never have any state, and who waits for it would wait for ever.
        """
        size = len(value.encode() if isinstance(value, str) else value)
        if size > MOST_BYTES:
            raise EncodeError(f"memcached keeps {MOST_BYTES} bytes at most, and this is {size}")
        return super().set(key, value)


class Loader(AppLoader):
    """Says what `cache+` means in a URL."""

    override_backends: ClassVar = {"cache": f"{__name__}:{ResultBackend.__name__}"}
