"""Finds `templates/` and `hooks/`, and stages the chosen folders as one complete cookiecutter template."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold.errors import BUG, ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery_scaffold.plan import Plan

PROJECT_FOLDER = "{{cookiecutter.project_slug}}"
PER_QUEUE = "_per_queue"
_QUEUE_MODULE = "src/{{cookiecutter._project.package}}/tasks/_queue_.py"
_HOOKS = ("pre_gen_project.py", "post_gen_project.py")
# pip byte-compiles whatever Python it installs, templates included.
_NOT_TEMPLATES = frozenset({"__pycache__", ".DS_Store"})


@dataclass(frozen=True)
class StagedFile:
    """One file of the staged project folder.

    Attributes:
        target: path in the staged project folder; may hold template expressions.
        source: the template it is copied from.
        prefix: template text put before it; how a per-queue file learns its queue.
    """

    target: Path
    source: Path
    prefix: str = ""


def bundle_root() -> Path:
    """The directory that holds `templates/` and `hooks/`: inside the wheel, or the checkout of an editable install."""
    package = Path(__file__).resolve().parent
    installed = package / "_bundle"
    if installed.is_dir():
        return installed
    checkout = package.parent.parent
    if (checkout / "templates").is_dir():
        return checkout
    raise ScaffoldError("the templates are missing from this installation", "reinstall celery-scaffold", BUG)


def staged_files(plan: Plan) -> tuple[StagedFile, ...]:
    """Every file of the project folder, sorted by target.

    Raises:
        ScaffoldError: two components own the same path (a bug of ours).
    """
    templates = bundle_root() / "templates"
    owners: dict[Path, StagedFile] = {}
    for folder in plan.folders:
        for file in _files_of(templates / folder, plan):
            if file.target in owners:
                raise ScaffoldError(f"two components own {file.target}", "", BUG)
            owners[file.target] = file
    return tuple(owners[target] for target in sorted(owners))


def project_paths(plan: Plan) -> tuple[str, ...]:
    """The paths of the rendered tree, without rendering it."""
    package = str(plan.project.package)
    return tuple(
        file.target.as_posix().replace("{{cookiecutter._project.package}}", package) for file in staged_files(plan)
    )


def stage(plan: Plan, directory: Path) -> None:
    """Write a complete cookiecutter template for the plan into an empty directory."""
    root = bundle_root()
    (directory / "cookiecutter.json").write_text(json.dumps(plan.context, indent=2) + "\n", encoding="utf-8")
    (directory / "hooks").mkdir()
    for hook in _HOOKS:
        shutil.copyfile(root / "hooks" / hook, directory / "hooks" / hook)
    for include, folder in plan.includes:
        source = root / "templates" / folder
        if source.is_dir():
            shutil.copytree(source, directory / "templates" / include, ignore=shutil.ignore_patterns(*_NOT_TEMPLATES))
    for file in staged_files(plan):
        _write(file, directory / PROJECT_FOLDER / file.target)


def _files_of(folder: Path, plan: Plan) -> Iterator[StagedFile]:
    for source in sorted(folder.rglob("*")):
        relative = source.relative_to(folder)
        if not source.is_file() or _NOT_TEMPLATES & set(relative.parts):
            continue
        if relative.parts[0] == PER_QUEUE:
            yield from _per_queue(source, relative.relative_to(PER_QUEUE), plan)
        else:
            yield StagedFile(relative, source)


def _per_queue(source: Path, relative: Path, plan: Plan) -> Iterator[StagedFile]:
    """One file for each queue; `_queue_` in its path stands for the queue's module."""
    for index, queue in enumerate(plan.project.queues):
        target = Path(_QUEUE_MODULE.replace("_queue_", queue.module)) if relative.name == "tasks.py" else relative
        yield StagedFile(target, source, f"{{% set queue = cookiecutter._queues[{index}] %}}\n")


def _write(file: StagedFile, destination: Path) -> None:
    destination.parent.mkdir(parents=True, exist_ok=True)
    if not file.prefix:
        shutil.copyfile(file.source, destination)
    else:
        destination.write_text(file.prefix + file.source.read_text(encoding="utf-8"), encoding="utf-8")
    # Only the executable bit is the template's to decide; the rest depends on who unpacked the wheel.
    destination.chmod(0o755 if file.source.stat().st_mode & 0o100 else 0o644)
