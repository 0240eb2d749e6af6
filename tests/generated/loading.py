"""What Celery makes of generated projects, without any server."""

from __future__ import annotations

import json
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
    """Import each project below `trees`, in one process; the reports of load_projects by the choice's name."""
    return reports("load_projects", choices, trees)


def reports(script: str, choices: Sequence[Choice], trees: Path) -> dict[str, dict[str, Any]]:
    """What a module beside this one says about each project, by the name of its choice."""
    done = subprocess.run(
        [sys.executable, "-m", f"{FOLDER.name}.{script}"],
        cwd=FOLDER.parent,
        input="\n".join(json.dumps(_described(choice, trees)) for choice in choices),
        capture_output=True,
        text=True,
        check=True,
    )
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    return {report["project"]: report for report in reports}


def _described(choice: Choice, trees: Path) -> dict[str, Any]:
    """Name, directory and package of a project, and the servers that its settings name."""
    project = answers.project(choice.answers())
    named = [("BROKER_URL", project.broker.url_example), ("RESULT_BACKEND_URL", project.backend.url_example)]
    named += [(name, example) for name, example, _ in (*project.broker.environment, *project.backend.environment)]
    environment = {project.environment_prefix + name: nowhere(url, project.package) for name, url in named}
    if project.serializer == AUTH:
        environment |= {project.environment_prefix + name: str(trees) for name in KEYS}
    return {
        "name": choice.name,
        "directory": str(choice.root(trees)),
        "package": project.package,
        "environment": environment,
    }
