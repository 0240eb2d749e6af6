"""The brokers of kombu that we do not offer."""

from __future__ import annotations

from celery_scaffold.model.refusal import Refusal

BROKERS_REFUSED = (
    Refusal(
        "redis-cluster",
        "kombu has no cluster client: its keys for unacknowledged messages lie in other slots than the queues",
        "--broker redis on a server whose cluster mode is off, or redis-sentinel for a replica that takes over",
        "celery-reference R71; kombu#2204; no such name in kombu/transport/__init__.py",
    ),
    Refusal(
        "azurestoragequeues",
        "a message is deleted when it is received, so a worker that dies loses its task, whatever task_acks_late says",
        "--broker azureservicebus, or rabbitmq on Azure",
        "celery-reference 2.3; kombu/transport/azurestoragequeues.py: _get deletes the message",
    ),
    Refusal(
        "confluentkafka",
        "each acknowledgement commits all that was fetched, so one that ends early hides others that never ran",
        "--broker rabbitmq; from Kafka, a consumer of your own that sends tasks",
        "celery-reference 2.3, X26; kombu/transport/confluentkafka.py: QoS.ack calls commit() without a message",
    ),
    Refusal(
        "kafka",
        "the same transport as confluentkafka: one acknowledgement commits all that was fetched, and tasks are lost",
        "--broker rabbitmq; from Kafka, a consumer of your own that sends tasks",
        "celery-reference 2.3, X26; kombu/transport/__init__.py",
    ),
    Refusal(
        "sqlalchemy",
        "a row is marked as taken when it is read: a killed worker loses its task, and no row is ever deleted",
        "--broker redis or rabbitmq; for PostgreSQL alone --broker pgmq",
        "celery-reference 2.3, X24; kombu/transport/sqlalchemy",
    ),
    Refusal(
        "sqla",
        "the same transport as sqlalchemy: a killed worker loses its task, and no row is ever deleted",
        "--broker redis or rabbitmq; for PostgreSQL alone --broker pgmq",
        "celery-reference 2.3, X24; kombu/transport/__init__.py",
    ),
    Refusal(
        "mongodb",
        "a message is deleted when it is read (find_one_and_delete): a killed worker loses its task",
        "--broker redis or rabbitmq; MongoDB can keep the results: --backend mongodb",
        "kombu/transport/mongodb.py: Channel._get",
    ),
    Refusal(
        "zookeeper",
        "an entry is removed before it is worked on, and kombu itself says that consumption is not reliable",
        "--broker rabbitmq",
        "kombu/transport/zookeeper.py: Limitations",
    ),
    Refusal(
        "etcd",
        "a message is deleted when it is read, the client python-etcd speaks only the API that etcd 3.6 has dropped",
        "--broker rabbitmq",
        "kombu/transport/etcd.py: Channel._get; the API: general knowledge, not run",
    ),
    Refusal(
        "consul",
        "a message is deleted when it is read, and each read takes a lock on the whole queue",
        "--broker rabbitmq",
        "kombu/transport/consul.py: Channel._get, _acquire_lock",
    ),
    Refusal(
        "pyro",
        "the queues are in the memory of one Python process, and nothing of them is left when it ends",
        "--broker redis",
        "kombu/transport/pyro.py: KombuBroker",
    ),
    Refusal(
        "SLMQ",
        "SoftLayer's message queue and its client softlayer_messaging belong to a service that is no more",
        "--broker rabbitmq",
        "kombu/transport/SLMQ.py; the service: general knowledge, not run",
    ),
    Refusal(
        "slmq",
        "SoftLayer's message queue and its client softlayer_messaging belong to a service that is no more",
        "--broker rabbitmq",
        "kombu/transport/SLMQ.py; the service: general knowledge, not run",
    ),
    Refusal(
        "qpid",
        "its client qpid-python needs Python 2.7, and this version of Celery needs 3.10 at least",
        "--broker rabbitmq",
        "kombu/transport/qpid.py: Python 3 and PyPy Limitations",
    ),
    Refusal(
        "librabbitmq",
        "it speaks no TLS, and kombu installs it on Python 3.10 at most",
        "--broker rabbitmq, which takes amqp:// and amqps://",
        "kombu/transport/librabbitmq.py: NO_SSL_ERROR; kombu's METADATA: python_version < 3.11",
    ),
    Refusal(
        "memory",
        "its queues are in one process, so there can be no worker beside the sender",
        "`make dev` of every project needs no server; --broker redis for all else",
        "celery-reference 2.2; kombu/transport/memory.py",
    ),
    Refusal(
        "filesystem",
        "a file is removed when it is read, so a killed worker loses its task, and order does not outlast a reboot",
        "`make dev` of every project uses it, without a server; --broker redis for all else",
        "celery-reference 2.3; kombu/transport/filesystem.py: Channel._get",
    ),
)
