"""Amazon SQS (standard queues; FIFO queues are left out: no delays there, and one task of a group at a time)."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.brokers.broker import Broker
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

_SOURCE = "kombu/transport/SQS/__init__.py of 5.7"
CAPABILITIES = (
    Capability(
        Topic.REMOTE_CONTROL,
        False,
        "nobody can ask workers who is there: probes look at files, and the queues tell what waits",
        "celery-reference R18, X8; celery/worker/control.py",
    ),
    Capability(Topic.EVENTS, False, "no monitor sees tasks; Flower shows nothing", "celery-reference 2.2, X8"),
    Capability(
        Topic.PRIORITY,
        "none",
        "what is urgent needs a queue and a worker of its own",
        "celery-reference 2.2; " + _SOURCE,
    ),
    Capability(
        Topic.DELAY,
        "broker",
        "SQS holds a message for 15 minutes (DelaySeconds), and a worker what is left of a longer delay",
        "celery-reference R20; " + _SOURCE + ", _resolve_delay_seconds",
    ),
    Capability(
        Topic.DEAD_LETTERS,
        True,
        "the project moves what is rejected at once; SQS itself moves what was delivered too often",
        "celery-reference X8b; docs/decisions/0020-sqs.md",
    ),
    Capability(Topic.FAN_OUT, False, "a message is for one; kombu could add SNS, which nothing here needs", _SOURCE),
    Capability(
        Topic.ACKNOWLEDGEMENT,
        "visibility",
        "an unacknowledged message is invisible for the visibility timeout of its queue",
        "celery-reference 2.3; " + _SOURCE,
    ),
    Capability(
        Topic.REDELIVERY,
        "after the visibility timeout",
        "a worker that is told to stop returns its messages within seconds; one that is killed does not",
        "celery-reference 2.3; tests/generated/test_integration.py",
    ),
    Capability(
        Topic.LONGEST_VISIBILITY,
        12 * 60 * 60,
        "SQS takes no longer visibility timeout",
        "celery-reference R19; botocore's service model",
    ),
    Capability(
        Topic.REPLY_QUEUES, False, "queues never expire: each sender would leave one for ever", "celery/backends/rpc.py"
    ),
    Capability(
        Topic.TLS, "always", "boto3 and curl verify chain and name; an emulator alone is asked without", _SOURCE
    ),
    Capability(
        Topic.AUTHENTICATION,
        "the role of the machine, through boto3",
        "no key stands in the URL or the settings; roles rotate by themselves",
        "celery-reference 2.1, X13",
    ),
    Capability(
        Topic.MESSAGE_SIZE,
        1024 * 1024,
        "what Celery adds counts too: arguments of some 780 kB fit, as kombu encodes them once in base64",
        "celery-reference 2.4, R21, X8; " + _SOURCE,
    ),
    Capability(Topic.AVAILABILITY, "a region", "AWS keeps messages in several zones", "celery-reference 2.1"),
    Capability(Topic.FORK, "safe", "children make connections of their own", "run in our stacks, on an emulator"),
)
_TRANSPORT = "broker_transport_options."
OPTIONS = (
    Setting(
        "worker_enable_remote_control",
        "False",
        "nothing could carry a question to all workers",
        "celery-reference R18, X8",
        rules=("R18",),
    ),
    Setting(
        "worker_cancel_long_running_tasks_on_connection_loss",
        "False",
        "a task that is ended would run again after the visibility timeout only",
        "docs/decisions/0009",
    ),
    Setting(
        _TRANSPORT + "region", "the setting aws_region", "boto3's default depends on where a process runs", _SOURCE
    ),
    Setting(
        _TRANSPORT + "predefined_queues",
        "the queues of the topology",
        "kombu would list and create queues: with rights that no worker should have, and a typo would make a queue",
        "celery-reference R22; " + _SOURCE,
        rules=("R22",),
    ),
    Setting(
        _TRANSPORT + "wait_time_seconds",
        "10",
        "a stopping worker hears its poll out, which must fit into the shortest drain; SQS allows 20",
        "docs/decisions/0020-sqs.md",
        unit="seconds",
    ),
    Setting(
        _TRANSPORT + "polling_interval",
        "0.1",
        "how often a busy worker looks whether a process is free for another message; no request to SQS",
        _SOURCE + ", _loop1",
        unit="seconds",
    ),
    Setting(
        _TRANSPORT + "sqs_base64_encoding",
        "False",
        "base64 around the JSON would cost a third of the largest message",
        "celery-reference R21, X8",
        rules=("R21",),
    ),
    Setting(
        _TRANSPORT + "client-config",
        "timeouts of 5 s, two attempts",
        "boto3 waits a minute, five times over, and Celery tries again on top of that",
        "botocore/config.py",
    ),
)
VERSIONS = (
    Requirement(
        "boto3",
        ">=1.36",
        "its botocore lets an answer be looked at before it counts as one; boto3 1.35.0 does not",
        "botocore/endpoint.py, before-parse; docs/decisions/0054",
    ),
    Requirement("pycurl", ">=7.45.4", "Celery's extra asks for it; its wheels bring libcurl", "Celery's METADATA"),
    Requirement(
        "kombu", ">=5.7", "earlier ones leave messages of a stopping worker invisible for an hour", "kombu's changelog"
    ),
)

SQS = Broker(
    kind="sqs",
    label="Amazon SQS",
    why="nothing to run on AWS; no remote control and no priorities, a killed worker's task waits a visibility timeout",
    verdict=Verdict.PRODUCTION,
    proof=Proof.EMULATOR,
    folders=("own_transport", "sqs"),
    schemes=("sqs",),
    # A host, and with it these keys, stands for an emulator: on AWS both are left out.
    url_example="sqs://emulator:emulator@localhost:5000",
    extras=("sqs",),
    requirements=("boto3>=1.36,<2",),
    beat_requirements=(),
    untyped_packages=("boto3", "botocore", "pycurl"),
    untyped_beat_packages=(),
    services=(services.MOTO,),
    environment=(
        ("AWS_REGION", "eu-central-1", "the region of the queues, wherever this runs"),
        ("AWS_ACCOUNT_ID", "123456789012", "the account of the queues; this one is the emulator's"),
    ),
    dead_letters=True,
    priority="none: one queue for each urgency",
    evidence="celery-reference 2.2, 2.3, X8, X8b, X13; kombu/transport/SQS of 5.7; docs/decisions/0020-sqs.md",
    own_folders=("sqs",),
    foreign_url="amqp://user:a-password@host",
    # A dot is not allowed, and kombu would replace it behind our back.
    queue_separator="-",
    longest_queue_name=80,
    located=True,
    makes_queues=True,
    long_polls=True,
    native_delay=900,
    family="sqs",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
)
