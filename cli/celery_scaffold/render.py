"""Plan → a rendered directory, through cookiecutter."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from celery_scaffold.bytecode import TemplateCache

    staged = work / "template"
    staged.mkdir()
    # The first hook refuses a template that was exported for another project; there is no other project here.
    stage(plan, files, staged, (POST_HOOK,) if hooks else ())
    cache = TemplateCache.load()
    context = {"cookiecutter": _with_cache(plan, cache)}
    with _temporary_files_in(work), _working_directory_kept():
        project = _generate(staged, context, work / "rendered", hooks=hooks)
    cache.save()
    return work / "rendered" / project


def _with_cache(plan: Plan, cache: object) -> dict[str, Any]:
    environment = plan.context["_jinja2_env_vars"]
    if not isinstance(environment, dict):
        raise TypeError(environment)
    return {
        **plan.context,
        "_jinja2_env_vars": {**environment, "bytecode_cache": cache},
        "_extensions": ["celery_scaffold.bytecode.PlainStrings"],
    }


def _generate(staged: Path, context: dict[str, Any], output: Path, *, hooks: bool) -> str:
    from cookiecutter.exceptions import FailedHookException
    from cookiecutter.generate import generate_files

    try:
        generate_files(staged, context=context, output_dir=output, accept_hooks=hooks)
    except FailedHookException as error:
        raise ScaffoldError(f"a hook of the template failed: {error}", "its own message is above") from error
    return str(context["cookiecutter"]["project_slug"])


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
def _working_directory_kept() -> Iterator[None]:
    """Cookiecutter changes into the template; come back even when it is interrupted in between."""
    before = Path.cwd()
    try:
        yield
    finally:
        os.chdir(before)
