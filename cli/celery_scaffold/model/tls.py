"""How a server is told to use TLS with its certificate and its name verified, and what asks for less."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tls:
    """What generated projects know about TLS to one kind of server.

    Attributes:
        way: how its URL asks for TLS, as messages say it.
        example: a URL that does.
        plain: what a URL begins with that does not.
        own_options: what options of its URL begin with that count instead of all others; empty where there are none.
        verified: a part of the URL that asks for TLS after all; empty where the scheme decides.
        checks: `_partials/tls/{checks}.py` judges the options that its URLs can have.
        evidence: where the facts come from.
        per_connection: whether `credentials` says it at each connection, and not `config` once.
    """

    way: str
    example: str
    plain: str
    own_options: str
    verified: str
    checks: str
    evidence: str
    per_connection: bool = False


REDIS = Tls(
    way="rediss://",
    example="rediss://server.example.com/0",
    plain="redis://",
    own_options="ssl_",
    verified="",
    checks="redis",
    evidence="kombu/connection.py _init_params: rediss:// alone verifies nobody; celery-reference R82, X7",
)
# Neither kombu nor Celery has a scheme for it: config.py hands the URL on as sentinel://, and its files as options.
SENTINEL = Tls(
    way="sentinels://",
    example="sentinels://one.example.com/0",
    plain="sentinel://",
    own_options="ssl_",
    verified="",
    checks="redis",
    evidence="kombu/transport/redis.py SentinelChannel; redis/sentinel.py: ssl in sentinel_kwargs; decision 0055",
)
AMQP = Tls(
    way="amqps://",
    example="amqps://rabbitmq.example.com//",
    plain="amqp://",
    own_options="",
    verified="",
    checks="amqp",
    evidence="amqp/transport.py _wrap_socket_sni: no name is checked without server_hostname; reference R83, X7",
)
POSTGRESQL = Tls(
    way="?sslmode=verify-full",
    example="db+postgresql+psycopg://postgres.example.com/results?sslmode=verify-full",
    plain="db+postgresql+psycopg://",
    own_options="",
    verified="sslmode=verify-full",
    checks="postgresql",
    evidence="postgresql.org/docs/17/libpq-ssl.html table 32.1: only verify-full compares the name",
)
PGMQ = Tls(
    way="?sslmode=verify-full",
    example="pgmq://postgres.example.com/shop?sslmode=verify-full",
    plain="pgmq://",
    own_options="",
    verified="sslmode=verify-full",
    checks="postgresql",
    evidence="postgresql.org/docs/17/libpq-ssl.html table 32.1; pgmq/base.py: its own dsn has no sslmode",
    per_connection=True,
)
