"""A task and its test as two new files of a project that is there already. Pure: nothing of the owner's is touched.

The files are `tasks/QUEUE__TASK.py` and its test. The workers load every module of `tasks`, and the task is called
`<package>.tasks.<queue>.<task>`, which is what the routes of the queue go by. No queue's own module has `__` in its
name, so the files of tasks and of queues never meet, and those of one queue stand together.
"""

from __future__ import annotations

import builtins
import keyword
import re
from typing import TYPE_CHECKING

from celery_scaffold.bundle import bundle_root
from celery_scaffold.errors import ScaffoldError, nearest, shown
from celery_scaffold.files import File

if TYPE_CHECKING:
    from celery_scaffold.files import Tree
    from celery_scaffold.model.project import Project
    from celery_scaffold.model.queues import Queue

_MOST_CHARACTERS = 40
_FUNCTION = re.compile(r"[a-z][a-z0-9]+(?:_[a-z0-9]+)*")
# Names that the two files use themselves.
_USED = frozenset({"app", "logger", "logging", "reference", "states"})
_WIDTH = 100
_SEPARATOR = "__"


def task_files(project: Project, queue: str, name: str, theirs: Tree) -> Tree:
    """The file of a new task and the file of its test.

    Args:
        project: that the task is for.
        queue: the short name of one of its queues.
        name: of the function, `snake_case`.
        theirs: what the project holds now; a link or a folder counts by its path.

    Raises:
        ScaffoldError: the queue is unknown, the name cannot be a function's, or is in use.
    """
    owner = _queue(project, queue)
    function = _function(name)
    module = f"{owner.module}{_SEPARATOR}{function}"
    task = f"{project.package}.tasks.{owner.module}.{function}"
    targets = {
        f"src/{project.package}/tasks/{module}.py": "task/task.py",
        f"tests/unit/test_{module}.py": "task/test_task.py",
    }
    for target in targets:
        if target in theirs:
            raise ScaffoldError(f"{target} is there already", "choose another name for the task, or edit that file")
    _refuse_twice(task, f"src/{project.package}/", theirs)
    context = {
        "cookiecutter": {"_project": {"package": project.package}},
        "task": {
            "name": task,
            "function": function,
            "module": module,
            "queue": owner.name,
            "has_result": project.backend.stores_results,
        },
    }
    return {target: File(_rendered(template, context)) for target, template in targets.items()}


def _queue(project: Project, name: str) -> Queue:
    for queue in project.queues:
        if queue.name == name:
            return queue
    names = [queue.name for queue in project.queues]
    raise ScaffoldError(f"the project {project.name!r} has no queue {shown(name)}", nearest(name, names))


def _function(name: str) -> str:
    if len(name) > _MOST_CHARACTERS or not _FUNCTION.fullmatch(name):
        hint = f"lower-case letters, digits and single '_', {_MOST_CHARACTERS} at most: send_receipt"
        raise ScaffoldError(f"the task {shown(name)} cannot be the name of a function", hint)
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name == "type":
        raise ScaffoldError(f"the task name {name!r} is a Python keyword", f"for example {name}_all")
    if name in dir(builtins) or name in _USED:
        raise ScaffoldError(f"the task name {name!r} is that of something else in Python", f"for example {name}_all")
    if name.startswith("test"):
        raise ScaffoldError(f"pytest would take the task {name!r} for a test", f"for example run_{name}")
    return name


def _refuse_twice(task: str, source: str, theirs: Tree) -> None:
    """Of two tasks of one name Celery would run either: which, depends on the order of the imports."""
    quoted = re.compile(rf"""["']{re.escape(task)}["']""".encode())
    for path, file in sorted(theirs.items()):
        is_module = path.startswith(source) and path.endswith(".py")
        if is_module and re.search(rb"name\s*=\s*" + quoted.pattern, file.content):
            raise ScaffoldError(f"a task of the name {task!r} is in {path}", "choose another name")


def _rendered(template: str, context: dict[str, object]) -> bytes:
    from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

    templates = bundle_root() / "templates"
    loaders = {name: FileSystemLoader(templates / f"_{name}") for name in ("task", "partials")}
    environment = Environment(  # noqa: S701  it is Python that is rendered, not HTML
        loader=PrefixLoader(loaders),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = environment.get_template(template).render(context)
    return "".join(_accepted(line) for line in text.splitlines(keepends=True)).encode()


def _accepted(line: str) -> str:
    """Names may be so long that no line holds them: the formatter leaves it, the linter minds unless it is one word."""
    is_one_word = len(line.split()) == 1
    return line if len(line) <= _WIDTH + 1 or is_one_word else f"{line.rstrip()}  # noqa: E501\n"
