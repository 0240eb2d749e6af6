"""Servers that the development compose brings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A server that the development compose brings.

    Attributes:
        name: service name in compose.
        secrets: names of the variables in `.env` that hold its generated passwords.
        tls_image: its image, if `compose.tls.yaml` can start it with TLS; its user there is called as the service is.
        tls_configuration: whether it then needs a file of `templates/tls_NAME/`.
    """

    name: str
    secrets: tuple[str, ...]
    tls_image: str = ""
    tls_configuration: bool = False


REDIS = Service("redis", ("REDIS_PASSWORD",), "redis:8-alpine")
RABBITMQ = Service("rabbitmq", ("RABBITMQ_PASSWORD",), "rabbitmq:4-management", tls_configuration=True)
POSTGRES = Service("postgres", ("POSTGRES_PASSWORD",), "postgres:17-alpine", tls_configuration=True)
