"""Which brokers with which backends are run on real servers: a few, what CI has time for, or all of them."""

from __future__ import annotations

import os

import pytest

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.services import REDIS_WITH_SENTINEL

from conftest import need

Pair = tuple[str, str]

# What a project promises of its broker is tried with one backend: it does not depend on where results are.
OF_BROKERS: list[Pair] = [
    ("redis", "redis"),
    ("rabbitmq", "postgresql"),
    ("valkey", "valkey"),
    ("redis-sentinel", "sentinel"),
    ("sqs", "none"),
    ("pgmq", "postgresql"),
    ("gcpubsub", "none"),
]
# The brokers of the first version with all of its backends, of which each comes with another one as well: not in CI.
_AGAIN: list[Pair] = [
    ("redis", "postgresql"),
    ("redis", "rpc"),
    ("redis", "none"),
    ("rabbitmq", "redis"),
    ("rabbitmq", "none"),
]
# What it promises of its backend.
OF_BACKENDS: list[Pair] = [
    *_AGAIN,
    ("rabbitmq", "rpc"),
    ("redis", "mysql"),
    ("redis", "dynamodb"),
    ("redis", "s3"),
    ("sqs", "azureblockblob"),
    ("rabbitmq", "mongodb"),
    ("redis", "memcached"),
    ("redis", "gcs"),
    ("redis", "sqlite"),
]
EVERY = list(dict.fromkeys([*OF_BROKERS, *OF_BACKENDS]))
# CI has no time for all of them: it meets each broker and each backend in one suite at least; =every takes all pairs.
# It starts the whole stack of one broker of each kind for production: Valkey's differs from Redis's by the image, and
# Sentinel's has one of its own in test_failover.py. Of two it runs the whole suite; an emulator's takes ten minutes.
WHOLE_SUITES_IN_CI: list[Pair] = [("redis", "redis"), ("rabbitmq", "postgresql")]
OF_SQS: Pair = ("sqs", "none")
STACKS_IN_CI: list[Pair] = [*WHOLE_SUITES_IN_CI, OF_SQS]
OF_SENTINEL: Pair = ("redis-sentinel", "sentinel")
# And asks the other brokers what the acceptance suite asks. Backends are asked by the suites of the projects.
ACCEPTED_IN_CI: list[Pair] = [pair for pair in OF_BROKERS if pair not in (*STACKS_IN_CI, OF_SENTINEL)]
SUITES_IN_CI: list[Pair] = [pair for pair in EVERY if pair not in (*_AGAIN, *ACCEPTED_IN_CI, OF_SQS)]
# Without more said: as long as somebody waits for.
SAMPLE: list[Pair] = [("redis", "redis"), ("rabbitmq", "postgresql"), ("redis", "none")]
# The broker is no server that a container could be: no stack. Their projects are installed, linted and tested, and
# test_service_bus.py runs their workers on a stand-in.
ELSEWHERE: list[Pair] = [("azureservicebus", "azureblockblob")]
# Two runs on one machine, such as those of two work trees, must not take each other's containers.
THIS_RUN = str(os.getpid())
# SCAFFOLD_STACKS=all, as in CI, or =every.
_CHOICE = os.environ.get("SCAFFOLD_STACKS", "")
EVERYTHING = _CHOICE == "every"
STACKS = {"all": STACKS_IN_CI, "every": EVERY}.get(_CHOICE, SAMPLE)
SUITES = {"all": SUITES_IN_CI, "every": EVERY}.get(_CHOICE, SAMPLE)
ACCEPTED = {"all": ACCEPTED_IN_CI, "every": EVERY}.get(_CHOICE, SAMPLE)
# Of a suite that is not whole, the modules that ask for results.
WHOLE_SUITES = {"all": WHOLE_SUITES_IN_CI}.get(_CHOICE, OF_BROKERS)


def only_with_every(why: str) -> None:
    """Skip what CI has no time for, unless everything is asked for."""
    if not EVERYTHING:
        pytest.skip(f"SCAFFOLD_STACKS=every runs it: {why}")


def need_servers(broker: str, backend: str) -> None:
    """Skip the test, or fail where they are required, without what a pair runs in."""
    need("docker", "generated projects run in containers")
    need("uv", "generated projects are installed with uv")
    services = (*BROKERS[broker].services, *BACKENDS[backend].services)
    for name in sorted({"redis" if service in REDIS_WITH_SENTINEL else service.name for service in services}):
        need(name, "a generated project runs on its image")
