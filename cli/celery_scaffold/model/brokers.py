"""Message brokers as typed facts. `brokers` and the prompts print them; the plan renders them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A server that the development compose brings.

    Attributes:
        name: service name in compose.
        secrets: names of the variables in `.env` that hold its generated passwords.
    """

    name: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Broker:
    """What one broker can do, as far as the generated project depends on it.

    Attributes:
        kind: the word on the command line.
        label: the name that people use.
        why: one line for whoever has to choose.
        url_example: the URL of a local server, for `.env.example`; `{package}` stands for the package's name.
        extras: extras of the celery package.
        beat_requirements: further runtime requirements for beat's single-instance guarantee.
        untyped_packages: those without types among the packages that the project imports for this broker.
        untyped_beat_packages: the same for beat.
        service: the server in compose.
        environment: further variables of the project: name without prefix, example, what it is for.
        dead_letters: whether the broker itself keeps what was rejected.
        priority: what HIGH and NORMAL mean here.
        evidence: where the facts come from.
    """

    kind: str
    label: str
    why: str
    url_example: str
    extras: tuple[str, ...]
    beat_requirements: tuple[str, ...]
    untyped_packages: tuple[str, ...]
    untyped_beat_packages: tuple[str, ...]
    service: Service
    environment: tuple[tuple[str, str, str], ...]
    dead_letters: bool
    priority: str
    evidence: str


REDIS_SERVICE = Service("redis", ("REDIS_PASSWORD",))
RABBITMQ_SERVICE = Service("rabbitmq", ("RABBITMQ_PASSWORD",))

BROKERS = {
    broker.kind: broker
    for broker in (
        Broker(
            kind="redis",
            label="Redis",
            why="simple and fast; no dead letters of its own, a killed worker's task waits a visibility timeout",
            url_example="redis://:${REDIS_PASSWORD}@localhost:6379/0",
            extras=("redis",),
            beat_requirements=("celery-redbeat>=2.4.2,<3",),
            untyped_packages=(),
            untyped_beat_packages=("redbeat",),
            service=REDIS_SERVICE,
            environment=(),
            dead_letters=False,
            priority="strict: HIGH always first",
            evidence="celery-reference 2.2, 2.3; celery-verified 8, 10, 12",
        ),
        Broker(
            kind="rabbitmq",
            label="RabbitMQ (quorum queues)",
            why="strongest guarantees: replicated queues, dead letters, delays held by the broker, instant redelivery",
            url_example="amqp://{package}:${RABBITMQ_PASSWORD}@localhost:5672//",
            extras=(),
            beat_requirements=(),
            untyped_packages=("amqp",),
            untyped_beat_packages=(),
            service=RABBITMQ_SERVICE,
            environment=(
                (
                    "MANAGEMENT_URL",
                    "http://{package}:${RABBITMQ_PASSWORD}@localhost:15672",
                    "RabbitMQ's management port, which knows what is unacknowledged",
                ),
            ),
            dead_letters=True,
            priority="weighted: two HIGH for one NORMAL while both wait",
            evidence="celery-reference 2.2, 2.3; celery-verified 1 to 6",
        ),
    )
}
