"""The application with a schedule that a test can wait for; for `celery --app`."""

from datetime import timedelta

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.schedule import Entry

SCHEDULE: dict[str, Entry] = {
    "every-second": {
        "task": "{{ cookiecutter._default_queue.example_task }}",
        "schedule": timedelta(seconds=1),
        "kwargs": {"text": "every second"},
        "options": {"expires": 600, "ignore_result": True},
    },
}

app.conf.beat_schedule = SCHEDULE
