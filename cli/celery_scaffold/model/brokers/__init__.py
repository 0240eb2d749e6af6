"""Message brokers as typed facts. `brokers` and the prompts print them; the plan renders them."""

from __future__ import annotations

from celery_scaffold.model.brokers.azureservicebus import AZURESERVICEBUS
from celery_scaffold.model.brokers.broker import Broker
from celery_scaffold.model.brokers.gcpubsub import GCPUBSUB
from celery_scaffold.model.brokers.pgmq import PGMQ
from celery_scaffold.model.brokers.rabbitmq import RABBITMQ
from celery_scaffold.model.brokers.redis import REDIS
from celery_scaffold.model.brokers.redis_sentinel import REDIS_SENTINEL
from celery_scaffold.model.brokers.sqs import SQS
from celery_scaffold.model.brokers.valkey import VALKEY

__all__ = ["BROKERS", "Broker"]

# In the order in which they are shown.
BROKERS = {
    broker.kind: broker for broker in (REDIS, RABBITMQ, SQS, VALKEY, REDIS_SENTINEL, PGMQ, GCPUBSUB, AZURESERVICEBUS)
}
