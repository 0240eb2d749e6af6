"""Which brokers with which backends are started in containers: those that differ, or all of them."""

from __future__ import annotations

import itertools
import os

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.services import REDIS_WITH_SENTINEL

from conftest import need

# Each broker, and each backend once: a pair takes minutes. SCAFFOLD_STACKS=all runs the others as well, and CI does.
SAMPLE = [("redis", "redis"), ("rabbitmq", "postgresql"), ("redis", "none"), ("rabbitmq", "rpc"), ("valkey", "valkey")]
SAMPLE += [("redis-sentinel", "sentinel")]
SAMPLE += [("redis", "mysql")]
SAMPLE += [("sqs", "none")]
SAMPLE += [("redis", "mysql"), ("redis", "memcached")]
# Brokers differ from each other in nearly all that these tests look at, backends in what `test_workflows` does.
EVERY = [
    *itertools.product(("redis", "rabbitmq"), ("redis", "postgresql", "rpc", "none")),
    ("valkey", "valkey"),
    ("redis-sentinel", "sentinel"),
    ("redis", "dynamodb"),
    ("redis", "mysql"),
    ("sqs", "none"),
    ("redis", "s3"),
    ("redis", "memcached"),
    ("redis", "sqlite"),
    ("rabbitmq", "azureblockblob"),
    ("rabbitmq", "mongodb"),
]
# Two runs on one machine, such as those of two work trees, must not take each other's containers.
THIS_RUN = str(os.getpid())
PAIRS = EVERY if os.environ.get("SCAFFOLD_STACKS") == "all" else SAMPLE


def need_servers(broker: str, backend: str) -> None:
    """Skip the test, or fail where they are required, without what a pair runs in."""
    need("docker", "generated projects run in containers")
    need("uv", "generated projects are installed with uv")
    services = (*BROKERS[broker].services, *BACKENDS[backend].services)
    for name in sorted({"redis" if service in REDIS_WITH_SENTINEL else service.name for service in services}):
        need(name, "a generated project runs on its image")
