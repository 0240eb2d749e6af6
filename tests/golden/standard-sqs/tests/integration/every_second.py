"""The application with a schedule that a test can wait for; for `celery --app`."""

from datetime import timedelta

from standard_sqs.app import app
from standard_sqs.schedule import Entry

SCHEDULE: dict[str, Entry] = {
    "every-second": {
        "task": "standard_sqs.tasks.default.example",
        "schedule": timedelta(seconds=1),
        "kwargs": {"text": "every second"},
        "options": {"expires": 600, "ignore_result": True},
    },
}

#: An entry that the broker refuses must not hold up the others.
REFUSED = {
    "task": "standard_sqs.tasks.default.example",
    "schedule": timedelta(seconds=2),
    "options": {"exchange": "not-declared", "routing_key": "nowhere"},
}

app.conf.beat_schedule = {"refused": REFUSED, **SCHEDULE}
