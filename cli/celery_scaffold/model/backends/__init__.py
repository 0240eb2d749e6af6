"""Result backends as typed facts."""

from __future__ import annotations

from celery_scaffold.model.backends.azureblockblob import AZUREBLOCKBLOB
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.backends.dynamodb import DYNAMODB
from celery_scaffold.model.backends.gcs import GCS
from celery_scaffold.model.backends.memcached import MEMCACHED
from celery_scaffold.model.backends.mongodb import MONGODB
from celery_scaffold.model.backends.mysql import MYSQL
from celery_scaffold.model.backends.none import NONE
from celery_scaffold.model.backends.postgresql import POSTGRESQL
from celery_scaffold.model.backends.redis import REDIS
from celery_scaffold.model.backends.rpc import RPC
from celery_scaffold.model.backends.s3 import S3
from celery_scaffold.model.backends.sentinel import SENTINEL
from celery_scaffold.model.backends.sqlite import SQLITE
from celery_scaffold.model.backends.valkey import VALKEY

__all__ = ["BACKENDS", "Backend"]

# In the order in which they are shown.
BACKENDS = {
    backend.kind: backend
    for backend in (
        REDIS,
        POSTGRESQL,
        VALKEY,
        SENTINEL,
        MYSQL,
        DYNAMODB,
        S3,
        AZUREBLOCKBLOB,
        GCS,
        MONGODB,
        MEMCACHED,
        SQLITE,
        RPC,
        NONE,
    )
}
