"""Servers that the development compose brings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A server that the development compose brings.

    Attributes:
        name: service name in compose.
        secrets: names of the variables in `.env` that hold its generated passwords.
        keeps_data: whether it has a volume.
    """

    name: str
    secrets: tuple[str, ...]
    keeps_data: bool = True


REDIS = Service("redis", ("REDIS_PASSWORD",))
VALKEY = Service("valkey", ("VALKEY_PASSWORD",))
RABBITMQ = Service("rabbitmq", ("RABBITMQ_PASSWORD",))
MOTO = Service("moto", (), keeps_data=False)
POSTGRES = Service("postgres", ("POSTGRES_PASSWORD",))
