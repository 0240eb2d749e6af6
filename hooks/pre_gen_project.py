"""Refuses what the staged template was not made for. Runs before anything is written."""

import sys

# As JSON, which is Python's notation for text as well: the name asked for is data, whatever it holds.
STAGED_FOR = {{ cookiecutter._project.name | tojson }}
ASKED_FOR = {{ cookiecutter.project_slug | string | tojson }}

if ASKED_FOR != STAGED_FOR:
    sys.exit(
        f"This template was exported for the project {STAGED_FOR!r}; {ASKED_FOR[:60]!r} would get its queues, package\n"
        "and answers wrong. Export one for it: celery-scaffold export-template DIR --name NAME"
    )
