"""Servers that the development compose brings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A server that the development compose brings.

    Attributes:
        name: service name in compose.
        secrets: names of the variables in `.env` that hold its generated passwords.
        has_volume: whether it keeps anything on disk.
    """

    name: str
    secrets: tuple[str, ...]
    has_volume: bool = True


REDIS = Service("redis", ("REDIS_PASSWORD",))
VALKEY = Service("valkey", ("VALKEY_PASSWORD",))
RABBITMQ = Service("rabbitmq", ("RABBITMQ_PASSWORD",))
POSTGRES = Service("postgres", ("POSTGRES_PASSWORD",))
MARIADB = Service("mariadb", ("MARIADB_PASSWORD",))
MEMCACHED = Service("memcached", (), has_volume=False)
