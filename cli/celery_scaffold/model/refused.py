"""Every broker and result backend that Celery knows by name and we do not offer: why, and what to take instead.

`S10` refuses them. A test reads Celery's and kombu's own tables, so that a new name is noticed.
Imported where a word is not one of ours, and by `explain`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.refusal import NOT_OFFERED
from celery_scaffold.model.refused_backends import BACKENDS_REFUSED
from celery_scaffold.model.refused_brokers import BROKERS_REFUSED

if TYPE_CHECKING:
    from celery_scaffold.model.refusal import Refusal

# Other words for what we offer: schemes of Celery, and what people call it.
ALIASES = {
    "broker": {
        "amqp": "rabbitmq",
        "amqps": "rabbitmq",
        "pyamqp": "rabbitmq",
        "rediss": "redis",
        "SQS": "sqs",
        "sentinel": "redis-sentinel",
        "azurequeues": "azurestoragequeues",
        "servicebus": "azureservicebus",
        "pubsub": "gcpubsub",
    },
    "backend": {
        "rediss": "redis",
        "redis-sentinel": "sentinel",
        "amqp": "rpc",
        "disabled": "none",
        "postgres": "postgresql",
        "db": "postgresql",
        "database": "postgresql",
        "mongo": "mongodb",
        "cache": "memcached",
        "memcache": "memcached",
        "gs": "gcs",
        "blob": "azureblockblob",
        "filesystem": "file",
    },
}
REFUSED: dict[str, dict[str, Refusal]] = {
    "broker": {refusal.word: refusal for refusal in BROKERS_REFUSED},
    "backend": {refusal.word: refusal for refusal in BACKENDS_REFUSED},
}


def refuse(what: str, word: str) -> None:
    """Raise ScaffoldError for a word that has another name here, or that is known and not offered.

    Args:
        what: broker or backend.
        word: none that is offered.
    """
    target = ALIASES[what].get(word, word)
    found = REFUSED[what].get(target)
    if found is not None:
        raise ScaffoldError(f"{NOT_OFFERED}: {found.word} is not offered as a {what}: {found.reason}", found.way_out)
    if target != word:
        raise ScaffoldError(f"the {what} {word!r} has another name here", f"did you mean {target!r}?")
