"""Servers that the development compose brings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A server that the development compose brings.

    Attributes:
        name: service name in compose.
        secrets: names of the variables in `.env` that hold its generated passwords.
        inside_only: whether it is of use only to what runs in containers beside it.
        keeps_data: whether it has a volume.
        client_environment: variables that clients of results kept there read by themselves, under names which are
            not the project's: name, value with `{host}` for where it answers, what it is for.
        started_by_step: whether GitHub's CI starts it in a step, since its image has to be told a command.
        tls_image: its image, if `compose.tls.yaml` can start it with TLS.
        tls_user: its user there, where that is not called as the service is.
        stands_in_for: whose service it is an emulator of.
        tls_configuration: whether it then needs a file of `templates/tls_NAME/`.
    """

    name: str
    secrets: tuple[str, ...]
    inside_only: bool = False
    keeps_data: bool = True
    client_environment: tuple[tuple[str, str, str], ...] = ()
    started_by_step: bool = False
    tls_image: str = ""
    tls_user: str = ""
    stands_in_for: str = ""
    tls_configuration: bool = False


REDIS = Service("redis", ("REDIS_PASSWORD",), tls_image="redis:8-alpine")
VALKEY = Service("valkey", ("VALKEY_PASSWORD",))
RABBITMQ = Service("rabbitmq", ("RABBITMQ_PASSWORD",), tls_image="rabbitmq:4-management", tls_configuration=True)
POSTGRES = Service("postgres", ("POSTGRES_PASSWORD",), tls_image="postgres:17-alpine", tls_configuration=True)
MARIADB = Service("mariadb", ("MARIADB_PASSWORD",))
MONGO = Service("mongo", ("MONGO_PASSWORD",))
MEMCACHED = Service("memcached", (), keeps_data=False)
AZURITE = Service("azurite", (), started_by_step=True, stands_in_for="Azure")
# boto3 reads the first one since 1.28 (docs: "Service-specific endpoints"), the others always.
MOTO = Service(
    "moto",
    (),
    keeps_data=False,
    stands_in_for="AWS",
    client_environment=(
        ("AWS_ENDPOINT_URL", "http://{host}:5000", "moto, which stands in for AWS; not to be set in production"),
        ("AWS_DEFAULT_REGION", "us-east-1", "where the service is, if the URL does not say"),
        ("AWS_ACCESS_KEY_ID", "development", "moto takes any; in production the role of the machine has its own"),
        ("AWS_SECRET_ACCESS_KEY", "development", "moto takes any"),
    ),
)
PUBSUB = Service(
    "pubsub",
    (),
    keeps_data=False,
    client_environment=(("PUBSUB_EMULATOR_HOST", "{host}:8085", "Google's emulator; not to be set in production"),),
    started_by_step=True,
    stands_in_for="Google Cloud",
)
# google-cloud-storage reads it since 1.33, and asks for no credentials then (google/cloud/storage/client.py).
GCS = Service(
    "gcs",
    (),
    keeps_data=False,
    client_environment=(
        (
            "STORAGE_EMULATOR_HOST",
            "http://{host}:4443",
            "fake-gcs-server, which stands in for Cloud Storage; not to be set in production",
        ),
    ),
    started_by_step=True,
    stands_in_for="Google Cloud",
)


def _behind_sentinel(name: str, password: str) -> Service:
    return Service(name, (password,), inside_only=True, tls_image="redis:8-alpine", tls_user="redis")


# Sentinel answers with the name under which the containers of a project know the master.
REDIS_WITH_SENTINEL = (
    _behind_sentinel("redis-1", "REDIS_PASSWORD"),
    _behind_sentinel("redis-2", "REDIS_PASSWORD"),
    _behind_sentinel("sentinel-1", "SENTINEL_PASSWORD"),
    _behind_sentinel("sentinel-2", "SENTINEL_PASSWORD"),
    _behind_sentinel("sentinel-3", "SENTINEL_PASSWORD"),
)
SENTINEL_ENVIRONMENT = (
    ("SENTINEL_MASTER", "{package}", "the name under which the Sentinels know the master"),
    ("SENTINEL_PASSWORD", "${SENTINEL_PASSWORD}", "of the Sentinels; the one in a URL is for Redis"),
)


def sentinel_urls(host: str, *ports: int, database: int) -> str:
    """The form that kombu and Celery read: a URL for each Sentinel, with the password and database of Redis."""
    return ";".join(f"sentinel://:${{REDIS_PASSWORD}}@{host}:{port}/{database}" for port in ports)
