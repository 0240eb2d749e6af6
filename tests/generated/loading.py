"""What Celery makes of generated projects, without any server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery_scaffold import answers
from celery_scaffold.model.serializers import AUTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects import Choice

FOLDER = Path(__file__).parent
# Paths that are there: no key is read before a message is signed.
KEYS = ("SECURITY_KEY", "SECURITY_CERTIFICATE", "SECURITY_CERT_STORE")
SECRET, PORT = re.compile(r"\$\{\w+\}"), re.compile(r":\d+(?=/|$)")


def nowhere(url: str, package: str) -> str:
    """The URL of an example at a port where no server is: loading a project must not connect."""
    return PORT.sub(":1", SECRET.sub("none", url)).replace("{package}", package).replace("{store}", "none")


def load(choices: Sequence[Choice], trees: Path) -> dict[str, dict[str, Any]]:
    """Import each project below `trees`, in one process; the reports of load_projects.py by the project's name."""
    return reports("load_projects.py", choices, trees)


def reports(script: str, choices: Sequence[Choice], trees: Path) -> dict[str, dict[str, Any]]:
    """What a script beside this file says about each project, by the project's name."""
    environment = dict(os.environ)
    lines = []
    for choice in choices:
        project = answers.project(choice.answers())
        prefix = project.environment_prefix
        environment[f"{prefix}BROKER_URL"] = nowhere(project.broker.url_example, project.package)
        environment[f"{prefix}RESULT_BACKEND_URL"] = nowhere(project.backend.url_example, project.package)
        for name, example, _ in (*project.broker.environment, *project.backend.environment):
            environment[prefix + name] = nowhere(example, project.package)
        if project.serializer == AUTH:
            environment |= {f"{prefix}{name}": str(trees) for name in KEYS}
        lines.append(f"{trees / choice.name} {project.package}")
    done = subprocess.run(
        [sys.executable, str(FOLDER / script)],
        input="\n".join(lines),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    return {report["project"]: report for report in reports}
