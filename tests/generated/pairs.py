"""Which brokers with which backends are started in containers: those that differ, or all of them."""

from __future__ import annotations

import itertools
import os

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.services import REDIS_WITH_SENTINEL

from conftest import need

# Each broker once, and each backend that needs no server beside it: a pair takes minutes.
SAMPLE = [
    ("redis", "redis"),
    ("rabbitmq", "postgresql"),
    ("redis", "none"),
    ("rabbitmq", "rpc"),
    ("valkey", "valkey"),
    ("redis-sentinel", "sentinel"),
]
# SCAFFOLD_STACKS=all, as in CI: brokers differ in nearly all that the stacks are asked.
ALL = list(dict.fromkeys([*itertools.product(("redis", "rabbitmq"), ("redis", "postgresql", "rpc", "none")), *SAMPLE]))
# Not in CI yet: SCAFFOLD_STACKS=every runs the suites of these too, and starts their stacks. Under load a worker on SQS
# ended once with an error that is not understood.
FURTHER = [
    ("sqs", "none"),
    ("redis", "mysql"),
    ("redis", "dynamodb"),
    ("redis", "s3"),
    ("rabbitmq", "azureblockblob"),
    ("rabbitmq", "mongodb"),
    ("redis", "memcached"),
    ("redis", "sqlite"),
]
EVERY = [*ALL, *FURTHER]
# The broker is no server that a container could be: no stack. Their projects are installed, linted and tested, and
# test_service_bus.py runs their workers on a stand-in.
ELSEWHERE = [("azureservicebus", "azureblockblob")]
# Two runs on one machine, such as those of two work trees, must not take each other's containers.
THIS_RUN = str(os.getpid())
_CHOICE = os.environ.get("SCAFFOLD_STACKS")
STACKS = {"all": ALL, "every": EVERY}.get(_CHOICE or "", SAMPLE)
SUITES = STACKS


def need_servers(broker: str, backend: str) -> None:
    """Skip the test, or fail where they are required, without what a pair runs in."""
    need("docker", "generated projects run in containers")
    need("uv", "generated projects are installed with uv")
    services = (*BROKERS[broker].services, *BACKENDS[backend].services)
    for name in sorted({"redis" if service in REDIS_WITH_SENTINEL else service.name for service in services}):
        need(name, "a generated project runs on its image")
