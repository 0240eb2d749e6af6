"""The answers as `celery-scaffold.toml` has them. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from celery_scaffold.beat_entries import inline_table
from celery_scaffold.model.queues import KEYS
from celery_scaffold.model.schedules import schedule_values

if TYPE_CHECKING:
    from celery_scaffold.model.project import Project
    from celery_scaffold.model.queues import Queue
    from celery_scaffold.plan import Json


def answer_texts(project: Project) -> dict[str, Json]:
    """The answers as `celery-scaffold.toml` writes them; `answers.from_file` reads them back."""
    values: dict[str, Json] = {
        "name": project.name,
        "package": project.package,
        "description": project.description,
        "preset": project.preset,
        "with": list(project.added),
        "without": list(project.left_out),
        "broker": project.broker.kind,
        "backend": project.backend.kind,
        "clouds": [cloud.kind for cloud in project.clouds],
        "default_queue": project.default_queue,
        "timezone": project.timezone,
        "python": project.python,
        "ci": project.ci,
        "max_attempts": project.max_attempts,
        "longest_delay_seconds": project.longest_delay,
        "result_expires_seconds": project.result_expires,
        "serializer": project.serializer,
    }
    queues = {queue.name: _toml(queue_values(queue)) for queue in project.queues}
    schedules = {
        schedule.name: {key: inline_table(value) for key, value in schedule_values(schedule).items()}
        for schedule in project.schedules
    }
    return {
        **_toml(values),
        "queues": cast("dict[str, Json]", queues),
        "schedules": cast("dict[str, Json]", schedules),
        "accepted": _toml(dict(project.accepted)),
    }


def _toml(values: dict[str, Json]) -> dict[str, Json]:
    """Each value as TOML text, which is JSON for all that is used here. Jinja's own filter would escape for HTML."""
    return {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}


def queue_values(queue: Queue) -> dict[str, Json]:
    """All that was said about a queue but its name, as TOML and JSON hold it."""
    answers: dict[str, Json] = {}
    for key in KEYS:
        value = getattr(queue, key)
        answers[key] = list(value) if isinstance(value, tuple) else getattr(value, "value", value)
    return answers
