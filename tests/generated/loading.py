"""What Celery makes of generated projects, without any server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery_scaffold import answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects import Choice

LOADER = Path(__file__).with_name("load_projects.py")
# No server is asked: loading a project must not connect.
BROKER_URLS = {"redis": "redis://localhost:1/0", "rabbitmq": "amqp://localhost:1//"}
BACKEND_URLS = {
    "redis": "redis://localhost:1/1",
    "postgresql": "db+postgresql+psycopg://nobody@localhost:1/none",
    "mysql": "db+mysql+pymysql://nobody@localhost:1/none",
}


def load(choices: Sequence[Choice], trees: Path) -> dict[str, dict[str, Any]]:
    """Import each project below `trees`, in one process; the reports of load_projects.py by the project's name."""
    environment = dict(os.environ)
    lines = []
    for choice in choices:
        project = answers.project(choice.answers())
        prefix = project.environment_prefix
        environment[f"{prefix}BROKER_URL"] = BROKER_URLS[project.broker.kind]
        if project.backend.kind in BACKEND_URLS:
            environment[f"{prefix}RESULT_BACKEND_URL"] = BACKEND_URLS[project.backend.kind]
        lines.append(f"{trees / choice.name} {project.package}")
    done = subprocess.run(
        [sys.executable, str(LOADER)],
        input="\n".join(lines),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    return {report["project"]: report for report in reports}
