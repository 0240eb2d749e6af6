"""Finds `templates/` and `hooks/`, and stages the chosen folders as one complete cookiecutter template."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from celery_scaffold.errors import BUG, ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from celery_scaffold.plan import Plan

PROJECT_FOLDER = "{{cookiecutter.project_slug}}"
PER_QUEUE = "_per_queue"
# Paths hold the package's name once they are staged: cookiecutter would compile each as a template of its own.
_PACKAGE = "{{cookiecutter._project.package}}"
POST_HOOK = "post_gen_project.py"
HOOKS = ("pre_gen_project.py", POST_HOOK)
# pip byte-compiles whatever Python it installs, templates included.
_NOT_TEMPLATES = frozenset({"__pycache__", ".DS_Store"})


@dataclass(frozen=True)
class StagedFile:
    """One file of the staged project folder.

    Attributes:
        target: path in the staged project folder, and in the rendered project.
        source: the template it is copied from.
        text: what stands in the staged file instead: a per-queue file sets its queue and includes the source.
        include: the include path of the source then.
    """

    target: Path
    source: Path
    text: str = ""
    include: str = ""


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


def project_paths(files: Iterable[StagedFile]) -> tuple[str, ...]:
    """The paths of the rendered tree, without rendering it."""
    return tuple(file.target.as_posix() for file in files)


def template_digest(plan: Plan, files: Iterable[StagedFile]) -> bytes:
    """What a project is rendered from: the templates, includes and hooks it uses, their modes and contents.

    The same for all projects of one version that use the same files; the answers are no part of it.

    Returns:
        A SHA-256 digest.
    """
    root = bundle_root()
    sources = {str(file.source) for file in files}
    sources.update(str(root / "hooks" / hook) for hook in HOOKS)
    for _, folder in plan.includes:
        sources.update(str(source) for source, _ in _sources(root / "templates" / folder))
    whole = hashlib.sha256()
    # Texts, not paths: of `check`, which does little else, comparing 200 paths and asking each took a tenth.
    start = len(str(root)) + 1
    for source in sorted(sources, key=lambda path: path.split(os.sep)):  # noqa: PTH206
        with open(source, "rb", buffering=0) as file:  # noqa: PTH123
            mode = b"x" if os.fstat(file.fileno()).st_mode & 0o100 else b"-"
            content = hashlib.sha256(file.read()).digest()
        whole.update(b"%b %b\0%b" % (mode, source[start:].replace(os.sep, "/").encode(), content))
    return whole.digest()


def stage(
    plan: Plan, files: Collection[StagedFile], directory: Path, hooks: tuple[str, ...] = HOOKS, *, linked: bool = False
) -> None:
    """Write a complete cookiecutter template for the plan into an empty directory.

    Args:
        plan: what to stage.
        files: the plan's `staged_files`.
        directory: an empty directory.
        hooks: those that are wanted; each is a Python process of its own when the template is rendered.
        linked: whether includes may be links to ours: a template that nobody keeps needs no copy of them.
    """
    root = bundle_root()
    (directory / "cookiecutter.json").write_text(json.dumps(plan.context, indent=2) + "\n", encoding="utf-8")
    (directory / "hooks").mkdir()
    for hook in hooks:
        shutil.copyfile(root / "hooks" / hook, directory / "hooks" / hook)
    _stage_includes(plan.includes, directory / "templates", linked=linked)
    project_folders = {directory / PROJECT_FOLDER / file.target.parent for file in files}
    for project_folder in sorted(project_folders):
        project_folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        _write(file, directory)


def _files_of(folder: Path, plan: Plan) -> Iterator[StagedFile]:
    for source, relative in _sources(folder):
        if PER_QUEUE in relative.parts[:1]:
            yield from _per_queue(source, relative.relative_to(PER_QUEUE), plan)
        else:
            yield StagedFile(_in_package(relative, plan), source)


def _sources(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Every template below a folder, and its path relative to it."""
    for directory, subdirectories, names in os.walk(folder):
        subdirectories[:] = [name for name in subdirectories if name not in _NOT_TEMPLATES]
        here = Path(directory)
        relative = here.relative_to(folder)  # once for a directory: it takes longer than all else here
        for name in names:
            if name not in _NOT_TEMPLATES:
                yield here / name, relative / name


def _stage_includes(includes: Iterable[tuple[str, str]], directory: Path, *, linked: bool) -> None:
    folders: dict[str, list[Path]] = {}
    for include, folder in includes:
        folders.setdefault(include, []).append(bundle_root() / "templates" / folder)
    directory.mkdir()
    for include, parts in folders.items():
        if linked and len(parts) == 1 and _linked(directory / include, parts[0]):
            continue
        for part in parts:
            for source, relative in _sources(part):
                _copy(source, directory / include / relative)


def _linked(link: Path, folder: Path) -> bool:
    """Make a link, where the file system has any."""
    try:
        link.symlink_to(folder, target_is_directory=True)
    except OSError:
        return False
    return True


def _copy(source: Path, destination: Path) -> None:
    destination.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, destination)


def _per_queue(source: Path, relative: Path, plan: Plan) -> Iterator[StagedFile]:
    """One file for each queue, `_queue_` in its path stands for the queue's module.

    They include one template, which is compiled once however many queues there are.
    """
    include = f"per_queue/{relative.name}"
    for index, queue in enumerate(plan.project.queues):
        target = Path(str(relative).replace("_queue_", queue.module))
        text = f'{{% set queue = cookiecutter._queues[{index}] %}}\n{{% include "{include}" %}}\n'
        yield StagedFile(_in_package(target, plan), source, text, include)


def _in_package(target: Path, plan: Plan) -> Path:
    return Path(str(target).replace(_PACKAGE, plan.project.package))


def _write(file: StagedFile, template: Path) -> None:
    destination = template / PROJECT_FOLDER / file.target
    if file.text:
        destination.write_text(file.text, encoding="utf-8")
        included = template / "templates" / file.include
        if not included.exists():
            _copy(file.source, included)
    else:
        shutil.copyfile(file.source, destination)
    # Only the executable bit is the template's to decide; the rest depends on who unpacked the wheel.
    destination.chmod(0o755 if file.source.stat().st_mode & 0o100 else 0o644)
