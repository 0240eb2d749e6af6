"""The Redis database of the integration tests. They empty it, so it must be theirs alone."""

import os
from urllib.parse import urlsplit

from redis import Redis

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.settings import ENV_PREFIX

#: The last of the 16 that Redis has by default; most of what runs on a server counts from 0.
DATABASE = 15
#: Marks a database as one that these tests may empty.
MARK = "{{ cookiecutter.project_slug }}:tests-may-empty-this-database"


def own_broker_url() -> str:
    """Return …TEST_BROKER_URL, by default another database behind the Sentinels of …BROKER_URL."""
    if url := os.environ.get(f"{ENV_PREFIX}TEST_BROKER_URL"):
        return url
    url = os.environ.get(f"{ENV_PREFIX}BROKER_URL", "")
    if not url.startswith(("sentinel://", "sentinels://")):
        url = "sentinel://localhost:26379"
    parts = [urlsplit(part)._replace(path=f"/{DATABASE}") for part in url.split(";")]
    return ";".join(part.geturl() for part in parts)


def empty(url: str) -> None:
    """Delete what other tests have left.

    Raises:
        OSError: the database holds something else.
        kombu.exceptions.OperationalError: no Sentinel answers, or none knows a master.
    """
    # As config.py does.
    url = url.replace("sentinels://", "sentinel://")
    with app.connection_for_read(url, connect_timeout=3) as connection:
        connection.ensure_connection(max_retries=1)
        # The channel's own client puts the prefix of this project before some keys, not all.
        client = Redis(connection_pool=connection.default_channel.pool)
        if client.dbsize() and not client.exists(MARK):
            database = urlsplit(url.partition(";")[0]).path.removeprefix("/") or "0"
            raise OSError(f"database {database} is not empty: set {ENV_PREFIX}TEST_BROKER_URL")
        client.flushdb()
        client.set(MARK, "")
