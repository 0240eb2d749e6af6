"""Refuses what the staged template was not made for. Runs before anything is written."""

import sys

STAGED_FOR = "{{ cookiecutter._project.name }}"
ASKED_FOR = "{{ cookiecutter.project_slug }}"

if ASKED_FOR != STAGED_FOR:
    sys.stderr.write(
        f"This template was exported for the project {STAGED_FOR!r}; {ASKED_FOR!r} would get its queues, package and\n"
        f"answers wrong. Export one for it: celery-scaffold export-template DIR --name {ASKED_FOR}\n"
    )
    sys.exit(1)
