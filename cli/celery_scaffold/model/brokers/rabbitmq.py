"""RabbitMQ (quorum queues)."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.brokers.broker import Broker
from celery_scaffold.model.verdicts import Proof, Verdict

RABBITMQ = Broker(
    kind="rabbitmq",
    label="RabbitMQ (quorum queues)",
    why="strongest guarantees: replicated queues, dead letters, delays held by the broker, instant redelivery",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("rabbitmq",),
    schemes=("amqp", "amqps"),
    url_example="amqp://{package}:${RABBITMQ_PASSWORD}@localhost:5672//",
    extras=(),
    beat_requirements=(),
    untyped_packages=("amqp",),
    untyped_beat_packages=(),
    services=(services.RABBITMQ,),
    environment=(
        (
            "MANAGEMENT_URL",
            "http://{package}:${RABBITMQ_PASSWORD}@localhost:15672",
            "RabbitMQ's management port, which knows what is unacknowledged",
        ),
    ),
    dead_letters=True,
    priority="weighted: two HIGH for one NORMAL while both wait",
    login_imports=(
        "import celery.app.amqp",
        "import kombu",
        "from amqp.exceptions import AccessRefused",
        "from amqp.sasl import PLAIN",
    ),
    evidence="celery-reference 2.2, 2.3; celery-verified 1 to 6",
)
