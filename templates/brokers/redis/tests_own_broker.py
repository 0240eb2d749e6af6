"""The {{ cookiecutter._broker.server }} database of the integration tests. They empty it, so it must be theirs alone."""

import os
from urllib.parse import SplitResult, quote, urlsplit

from redis import Redis

from {{ cookiecutter._project.package }}.settings import ENV_PREFIX, secret_in_file

#: The last of the 16 that {{ cookiecutter._broker.server }} has by default; most of what runs on a server counts from 0.
DATABASE = 15
#: Marks a database as one that these tests may empty.
MARK = "{{ cookiecutter.project_slug }}:tests-may-empty-this-database"


def own_broker_url() -> str:
    """Return …TEST_BROKER_URL, by default another database on the server of …BROKER_URL."""
    if url := os.environ.get(f"{ENV_PREFIX}TEST_BROKER_URL"):
        return url
    url = os.environ.get(f"{ENV_PREFIX}BROKER_URL") or secret_in_file("broker_url") or ""
    if not url.startswith(("redis://", "rediss://")):
        url = "{{ cookiecutter._broker.local_url }}"
    return _with_password(urlsplit(url)._replace(path=f"/{DATABASE}")).geturl()


def _with_password(url: SplitResult) -> SplitResult:
    """Put the password that stands beside the URL into it."""
    password = os.environ.get(f"{ENV_PREFIX}BROKER_PASSWORD") or secret_in_file("broker_password")
    if not password:
        return url
    user, _, host = url.netloc.rpartition("@")
    return url._replace(netloc=f"{user}:{quote(password, safe='')}@{host}")


def empty(url: str) -> None:
    """Delete what other tests have left.

    Raises:
        OSError: the database holds something else.
        redis.RedisError: the server does not answer, or refuses the password.
    """
    # Read when the settings are, and for those tests/conftest.py has to set the broker's URL first.
    from {{ cookiecutter._project.package }}.config import broker_use_ssl

    with Redis.from_url(url, socket_connect_timeout=3, **(broker_use_ssl or {})) as client:
        if client.dbsize() and not client.exists(MARK):
            database = urlsplit(url).path.removeprefix("/") or "0"
            raise OSError(f"database {database} is not empty: set {ENV_PREFIX}TEST_BROKER_URL")
        client.flushdb()
        client.set(MARK, "")
