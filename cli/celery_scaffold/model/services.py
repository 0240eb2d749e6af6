"""Servers that the development compose brings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A server that the development compose brings.

    Attributes:
        name: service name in compose.
        secrets: names of the variables in `.env` that hold its generated passwords.
        keeps_data: whether what it holds outlasts its container.
        client_environment: variables that its clients read by themselves, under names which are not the project's:
            name, value with `{host}` for where it answers, what it is for.
    """

    name: str
    secrets: tuple[str, ...]
    keeps_data: bool = True
    client_environment: tuple[tuple[str, str, str], ...] = ()


REDIS = Service("redis", ("REDIS_PASSWORD",))
VALKEY = Service("valkey", ("VALKEY_PASSWORD",))
RABBITMQ = Service("rabbitmq", ("RABBITMQ_PASSWORD",))
POSTGRES = Service("postgres", ("POSTGRES_PASSWORD",))
AZURITE = Service("azurite", ())
# boto3 reads the first one since 1.28 (docs: "Service-specific endpoints"), the others always.
MOTO = Service(
    "moto",
    (),
    keeps_data=False,
    client_environment=(
        ("AWS_ENDPOINT_URL", "http://{host}:5000", "moto, which stands in for AWS; not to be set in production"),
        ("AWS_DEFAULT_REGION", "us-east-1", "where the service is, if the URL does not say"),
        ("AWS_ACCESS_KEY_ID", "development", "moto takes any; in production the role of the machine has its own"),
        ("AWS_SECRET_ACCESS_KEY", "development", "moto takes any"),
    ),
)
