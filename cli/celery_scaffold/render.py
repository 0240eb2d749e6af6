"""Plan → a rendered directory, through cookiecutter."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery_scaffold import interrupts
from celery_scaffold.bundle import POST_HOOK, stage
from celery_scaffold.errors import ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from celery_scaffold.bundle import StagedFile
    from celery_scaffold.plan import Plan


def render(plan: Plan, files: Collection[StagedFile], work: Path, *, hooks: bool) -> Path:
    """Render the plan below an empty working directory.

    `generate_files` is called rather than `cookiecutter()`: the latter writes a replay file into the home
    directory, evaluates strings of its context as templates and drops keys it does not know.

    Args:
        plan: what to render.
        files: the plan's `staged_files`.
        work: an empty directory; the staged template and the result end up in it.
        hooks: whether the hooks run: they make `.env` and the git repository, once, for a new project.

    Returns:
        The directory of the rendered project, below `work`.
    """
    from cookiecutter.generate import generate_files

    from celery_scaffold.bytecode import TemplateCache

    staged = work / "template"
    staged.mkdir()
    # The first hook refuses a template that was exported for another project; there is no other project here.
    stage(plan, files, staged, (POST_HOOK,) if hooks else (), linked=True)
    cache = TemplateCache.load()
    context = {"cookiecutter": _with_cache(plan, cache)}
    with _temporary_files_in(work), _working_directory_kept(work):
        project = Path(generate_files(staged, context=context, output_dir=work / "rendered", accept_hooks=False))
        if hooks:
            _run_post_hook(staged, project, context)
    cache.save()
    return project


def _with_cache(plan: Plan, cache: object) -> dict[str, Any]:
    environment = plan.context["_jinja2_env_vars"]
    if not isinstance(environment, dict):
        raise TypeError(environment)
    return {
        **plan.context,
        "_jinja2_env_vars": {**environment, "bytecode_cache": cache},
        "_extensions": ["celery_scaffold.bytecode.PlainStrings"],
    }


def _run_post_hook(staged: Path, project: Path, context: dict[str, Any]) -> None:
    """Run the hook undisturbed: it takes a moment, and must not go on in a directory that is being removed."""
    import logging

    from cookiecutter.exceptions import FailedHookException
    from cookiecutter.hooks import run_hook_from_repo_dir

    # It logs a failed hook with a traceback, and without any handler Python prints that.
    logging.getLogger("cookiecutter").addHandler(logging.NullHandler())
    try:
        with interrupts.held():
            run_hook_from_repo_dir(staged, Path(POST_HOOK).stem, project, context, delete_project_on_failure=False)
    except FailedHookException as error:
        raise ScaffoldError(f"a hook of the template failed: {error}", "its own message is above") from error


@contextmanager
def _temporary_files_in(work: Path) -> Iterator[None]:
    """Cookiecutter leaves rendered hook scripts behind in the temporary directory; ours is removed with them."""
    before = tempfile.tempdir
    tempfile.tempdir = str(work)
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextmanager
def _working_directory_kept(work: Path) -> Iterator[None]:
    """Cookiecutter changes into the template; come back even when it is interrupted in between.

    It is called from the working directory, since it asks for the path of the current one, which may have been
    removed; by a descriptor one comes back even there.
    """
    before = os.open(".", getattr(os, "O_PATH", os.O_RDONLY))
    try:
        os.chdir(work)
        yield
    finally:
        os.fchdir(before)
        os.close(before)
