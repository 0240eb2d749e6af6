"""What the commands do, as steps that can be read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold import answers as said
from celery_scaffold.bundle import PROJECT_FOLDER, project_paths, stage, staged_files, template_digest
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.outcomes import Repository
from celery_scaffold.plan import plan
from celery_scaffold.workspace import check_target, move_into_place, workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from celery_scaffold.answers import Answers
    from celery_scaffold.plan import Plan


@dataclass(frozen=True)
class Created:
    """What `new` did, or with `--dry-run` would do.

    Attributes:
        plan: what was rendered.
        target: the directory of the project.
        paths: the files in it, relative, sorted; without the record and without what the hook makes.
        written: False for a dry run.
        repository: None for a dry run.
    """

    plan: Plan
    target: Path
    paths: tuple[str, ...]
    written: bool
    repository: Repository | None = None


def planned(answers: Answers, *, with_git: bool = True) -> Plan:
    """Answers → Project → Plan; raises ScaffoldError when they do not fit together."""
    return plan(said.project(answers), with_git=with_git)


def new(
    answers: Answers,
    output: Path,
    *,
    with_git: bool = True,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Created:
    """Render a new project and move it into place in one rename.

    Raises:
        ScaffoldError: the answers do not fit together, the target is there already, or cannot be written.
    """
    from celery_scaffold.record import write_record
    from celery_scaffold.render import render

    planned_project = planned(answers, with_git=with_git)
    target = output / planned_project.project.name
    check_target(target)
    files = staged_files(planned_project)
    paths = project_paths(files)
    if dry_run:
        return Created(planned_project, target, paths, written=False)
    with workspace(output) as work:
        progress(f"rendering {len(paths)} files")
        rendered = render(planned_project, files, work, hooks=True)
        progress("recording the pristine tree")
        write_record(rendered, paths, template_digest(planned_project, files), rendered)
        progress(f"moving into {target}")
        move_into_place(rendered, target)
    return Created(planned_project, target, paths, written=True, repository=_repository(target, wanted=with_git))


def _repository(target: Path, *, wanted: bool) -> Repository:
    """The hook makes one where it is wanted, there is none yet, and git works; it cannot tell which it was."""
    if not wanted:
        return Repository.NOT_WANTED
    if (target / ".git").exists():
        return Repository.MADE
    is_outer = any((folder / ".git").exists() for folder in target.parents)
    return Repository.OUTER if is_outer else Repository.FAILED


def export_template(answers: Answers, directory: Path) -> Plan:
    """Write the staged cookiecutter template of these answers; plain cookiecutter makes the same bytes from it.

    Raises:
        ScaffoldError: the directory is there already or cannot be written.
    """
    from celery_scaffold.record import write_record
    from celery_scaffold.render import render

    planned_project = planned(answers)
    check_target(directory, "give another DIR")
    files = staged_files(planned_project)
    with workspace(directory.parent) as work:
        template = work / "export"
        template.mkdir()
        stage(planned_project, files, template)
        rendering = work / "render"
        rendering.mkdir()
        rendered = render(planned_project, files, rendering, hooks=False)
        digest = template_digest(planned_project, files)
        write_record(rendered, project_paths(files), digest, template / PROJECT_FOLDER)
        move_into_place(template, directory)
    return planned_project


def require_answers(answers: Answers) -> None:
    """Without a terminal nothing is asked: name every missing flag at once.

    Raises:
        ScaffoldError: something that would be asked for is missing.
    """
    flags = [option.flag for option in answers.missing()]
    if "name" not in answers.given:
        flags.insert(0, "NAME")
    if flags:
        raise ScaffoldError(
            f"there is no terminal to ask on, and these are missing: {', '.join(flags)}",
            "give them, or --yes to take the defaults"
            if "NAME" not in flags
            else "give them; --yes takes the defaults of all but NAME",
        )
