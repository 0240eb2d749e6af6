"""Loads generated projects in Celery and prints, for each, what it found as one line of JSON.

Usage: python -m generated.load_projects < PROJECTS, one a line, as `loading.reports` describes them. Celery is imported
once.
"""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path
from typing import Any

import celery.app.defaults
import celery.fixups.django
import celery.loaders.app
import celery.worker.strategy
import celery.worker.worker
import cryptography.x509
import kombu
import psycopg
import pydantic_settings
import pymongo
import redbeat
import sqlalchemy.orm
import structlog

from generated.in_children import report_each

# What takes long to import, for all children: none of it knows of a project.
LOADED_ONCE = (celery, cryptography, kombu, psycopg, pydantic_settings, pymongo, redbeat, sqlalchemy, structlog)
# Read from Celery's configuration without being in its registry: celery-redbeat's own keys, and one that
# celery/backends/redis.py and one that celery/loaders/base.py read by name.
FOREIGN = {
    "redbeat_key_prefix",
    "redbeat_lock_key",
    "redbeat_lock_timeout",
    "redbeat_redis_options",
    "redbeat_redis_url",
    "redbeat_redis_use_ssl",
    "redis_backend_health_check_interval",
    "override_backends",
}


def _load(directory: Path, package: str) -> dict[str, Any]:
    warnings.simplefilter("error")
    app = importlib.import_module(f"{package}.app").app
    topology = importlib.import_module(f"{package}.topology")
    config = importlib.import_module(f"{package}.config")
    app.finalize()
    app.loader.import_default_modules()
    registry = dict(celery.app.defaults.flatten(celery.app.defaults.NAMESPACES))
    set_here = {
        key for key in vars(config) if key.islower() and not key.startswith("_") and _is_value(vars(config)[key])
    }
    own = sorted(name for name in app.tasks if not name.startswith("celery."))
    launch = importlib.import_module(f"{package}.ops.launch")
    return {
        "set": sorted(set_here),
        "transport_options": sorted(app.conf.broker_transport_options),
        "unknown": sorted(set_here - set(registry) - FOREIGN),
        "deprecated": sorted(key for key in set_here & set(registry) if registry[key].deprecate_by),
        "tasks": {name: _route(app, name) for name in own},
        "limits": {name: [app.tasks[name].soft_time_limit, app.tasks[name].time_limit] for name in own},
        "queues": sorted(app.amqp.queues),
        "topology": {key: _plain(vars(queue)) for key, queue in topology.QUEUES.items()},
        "constants": {key: value for key, value in vars(topology).items() if key.isupper() and isinstance(value, int)},
        "visibility_timeouts": vars(topology).get("VISIBILITY_TIMEOUTS"),
        "arguments": {name: queue.queue_arguments for name, queue in app.amqp.queues.items()},
        "retries": {name: _retries(app.tasks[name]) for name in own},
        "workers": {key: launch.worker_command([queue]) for key, queue in topology.QUEUES.items()},
        "beat": {key: app.conf.get(key) for key in ("beat_max_loop_interval", "redbeat_lock_timeout")},
        "schedule": {name: entry["task"] for name, entry in app.conf.beat_schedule.items()},
        "visibility_timeout": app.conf.broker_transport_options.get("visibility_timeout"),
        "result_expires": app.conf.result_expires,
    }


def _is_value(value: object) -> bool:
    return not hasattr(value, "__file__") and not callable(value)


def _route(app: Any, name: str) -> str:
    return str(app.amqp.router.route({}, name)["queue"].name)


def _retries(task: Any) -> dict[str, Any]:
    names = ("max_retries", "default_retry_delay", "retry_backoff", "retry_backoff_max", "retry_jitter", "rate_limit")
    return {name: getattr(task, name) for name in names}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value if isinstance(value, (int, str, type(None))) else str(value) for key, value in values.items()}


if __name__ == "__main__":
    report_each(_load)
