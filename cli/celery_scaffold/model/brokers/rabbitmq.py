"""RabbitMQ (quorum queues)."""

from __future__ import annotations

from celery_scaffold.model import services, tls
from celery_scaffold.model.brokers.broker import Broker
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
from celery_scaffold.model.hosts import Hosts
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

CAPABILITIES = (
    Capability(Topic.REMOTE_CONTROL, True, "workers answer over a fan-out exchange", "celery-verified 5"),
    Capability(Topic.EVENTS, True, "monitors see every task", "celery-verified 5"),
    Capability(
        Topic.PRIORITY,
        "weighted",
        "two levels, 0 to 4 and 5 to 9: two HIGH for one NORMAL while both wait",
        "celery-verified 2",
    ),
    Capability(
        Topic.DELAY,
        "broker",
        "28 queues with a time to live; whole seconds, one at least; needs a topic exchange",
        "celery-reference 2.2, X5; celery-verified 1",
    ),
    Capability(
        Topic.DEAD_LETTERS,
        True,
        "rejected messages, and those that were delivered too often, go to a queue of their own",
        "celery-reference 2.3, X6; celery-verified 3",
    ),
    Capability(Topic.FAN_OUT, True, "exchanges of type fanout", "celery-reference 2.2"),
    Capability(
        Topic.ACKNOWLEDGEMENT,
        "channel",
        "a message belongs to a connection; RabbitMQ closes it after 30 minutes without acknowledgement",
        "celery-reference 2.3, X4; celery-verified 4",
    ),
    Capability(Topic.REDELIVERY, "at once", "when the connection of the worker ends", "celery-reference 2.3"),
    Capability(Topic.REPLY_QUEUES, True, "queues that expire", "celery-reference 3 (rpc); run in our stacks"),
    Capability(
        Topic.TLS,
        "verified",
        "amqps:// checks the chain; the host name only with server_hostname",
        "celery-reference 2.1, X7, R83",
    ),
    Capability(
        Topic.AUTHENTICATION,
        "user and password, client certificate",
        "EXTERNAL takes the name from the certificate",
        "celery-reference 2.1; certificates were not run",
    ),
    Capability(
        Topic.MESSAGE_SIZE,
        16 * 1024 * 1024,
        "max_message_size of RabbitMQ 4; more is refused, loudly with confirm_publish",
        "celery-verified 6",
    ),
    Capability(
        Topic.AVAILABILITY,
        "a minority of its nodes",
        "quorum queues are replicated; several hosts in the URL were not run",
        "celery-reference 2.1",
    ),
    Capability(Topic.FORK, "safe", "children make connections of their own", "run in our stacks"),
)
OPTIONS = (
    Setting(
        "broker_use_ssl",
        "with amqps://, a table with certificate and name to be checked; otherwise False",
        "amqps:// alone accepts a certificate of any host",
        "celery-reference R83, X7; kombu/transport/pyamqp.py",
        rules=("R83",),
    ),
    Setting(
        "broker_transport_options.confirm_publish",
        "True",
        "publishing returns when the queue has stored the message; a refused one would be lost without a word",
        "celery-reference R14; celery-verified 6",
        rules=("R14",),
    ),
    Setting(
        "broker_transport_options.read_timeout",
        "10",
        "a server that is short of memory or disk answers nothing, and would block its clients for ever",
        "run in our stacks",
        unit="seconds",
    ),
    Setting(
        "broker_transport_options.write_timeout",
        "10",
        "a server that is short of memory or disk reads nothing, and would block its clients for ever",
        "run in our stacks",
        unit="seconds",
    ),
    Setting(
        "broker_heartbeat",
        "30",
        "120 s would keep a dead worker's messages, and its node name, for four minutes",
        "celery-reference R17, X29",
        unit="seconds",
        rules=("R17",),
    ),
)
VERSIONS = (
    Requirement(
        "rabbitmq-server", ">=4.0", "two priorities and delivery limits of quorum queues", "celery-verified 1 to 6"
    ),
    Requirement("amqp", ">=5.4.2", "Celery's own requirement", "kombu's METADATA"),
    Requirement(
        "celery", ">=5.7", "workers before 5.7 crash on RabbitMQ 4.3", "celery-reference 1.1: celery#10290; not run"
    ),
)

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
        "from kombu.transport import TRANSPORT_ALIASES",
        "from kombu.transport.pyamqp import SSLTransport",
    ),
    evidence="celery-reference 2.2, 2.3; celery-verified 1 to 6",
    family="rabbitmq",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
    hosts=Hosts.SEVERAL,
    tls=tls.AMQP,
    confirms_publish=True,
    declares_topology=True,
    counts_consumers=True,
)
