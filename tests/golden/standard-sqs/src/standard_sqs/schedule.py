"""What runs when. The two entries are examples: replace them with your own.

Use crontab for a time of day, which is meant in the `timezone` of config.py. Where clocks change,
an hour of the night is skipped once a year and another one repeated: stay clear of them. Use
timedelta for a rhythm that ignores clocks.
"""

from datetime import timedelta
from typing import TypedDict

from celery.schedules import crontab


class Options(TypedDict):
    """How an entry is sent."""

    #: Seconds, fewer than from one run to the next, which does the work of one that nobody took.
    #: Without it, workers that were away for a day come back to hundreds of the same task.
    expires: int
    #: Nobody waits for the result of what runs by itself.
    ignore_result: bool


class Entry(TypedDict):
    """A task that runs by itself."""

    task: str
    schedule: timedelta | crontab
    kwargs: dict[str, object]
    options: Options


#: By name. Beat remembers by that name when an entry last ran: a renamed one begins anew.
BEAT_SCHEDULE: dict[str, Entry] = {
    "heartbeat": {
        "task": "standard_sqs.tasks.default.example",
        "schedule": timedelta(minutes=5),
        "kwargs": {"text": "heartbeat"},
        "options": {"expires": 4 * 60, "ignore_result": True},
    },
    "nightly-digest": {
        "task": "standard_sqs.tasks.default.example",
        "schedule": crontab(hour="4", minute="30"),
        "kwargs": {"text": "nightly digest"},
        "options": {"expires": 6 * 60 * 60, "ignore_result": True},
    },
}
