"""Amazon SQS (standard queues; FIFO queues are left out: no delays there, and one task of a group at a time)."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.brokers.broker import Broker
from celery_scaffold.model.verdicts import Proof, Verdict

SQS = Broker(
    kind="sqs",
    label="Amazon SQS",
    why="nothing to run on AWS; no remote control and no priorities, a killed worker's task waits a visibility timeout",
    verdict=Verdict.PRODUCTION,
    proof=Proof.EMULATOR,
    folders=("sqs",),
    schemes=("sqs",),
    # A host, and with it these keys, stands for an emulator: on AWS both are left out.
    url_example="sqs://emulator:emulator@localhost:5000",
    extras=("sqs",),
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
    evidence="celery-reference 2.2, 2.3, X8, X8b, X13; kombu/transport/SQS/__init__.py of 5.7; docs/decisions/0020-sqs.md",
    own_folders=("sqs",),
    # A dot is not allowed, and kombu would replace it behind our back.
    queue_separator="-",
    longest_queue_name=80,
    remote_control=False,
    priorities=False,
    reply_queues=False,
    makes_queues=True,
    long_polls=True,
    native_delay=900,
    longest_visibility_timeout=12 * 60 * 60,
)
