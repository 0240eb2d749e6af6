"""The files of a new task, as values. `generated/test_additions.py` runs them."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from celery_scaffold import answers as said
from celery_scaffold import workflows
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.files import File, Mode
from celery_scaffold.task_files import task_files

from trees import files_of

if TYPE_CHECKING:
    from pathlib import Path

    from celery_scaffold.model.project import Project

TASK = "src/shop/tasks/web_hooks__deliver_all.py"
TEST = "tests/unit/test_web_hooks__deliver_all.py"
FORTY = "a234567890_b234567890_c234567890_d234567"


def project(name: str = "shop", **flags: object) -> Project:
    """One with the queues `default` and `web-hooks`, unless others are given."""
    return said.project(said.from_flags({"name": name, "queues": ["default", "web-hooks"], **flags}, []))


def test_a_task_is_a_module_and_its_test_and_nothing_else() -> None:
    files = task_files(project(), "web-hooks", "deliver_all", {})
    assert {path: file.mode for path, file in files.items()} == {TASK: Mode.PLAIN, TEST: Mode.PLAIN}


def test_the_task_is_called_by_its_queue_and_function() -> None:
    tree = ast.parse(task_files(project(), "web-hooks", "deliver_all", {})[TASK].content)
    (function,) = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    (decorator,) = function.decorator_list
    assert isinstance(decorator, ast.Call)
    options = {keyword.arg: ast.unparse(keyword.value) for keyword in decorator.keywords}
    assert (function.name, options["name"]) == ("deliver_all", "'shop.tasks.web_hooks.deliver_all'")


def test_the_same_task_has_the_same_bytes_beside_other_files() -> None:
    theirs = {"src/shop/tasks/web_hooks__deliver.py": File(b"# another one"), "README.md": File(b"")}
    assert task_files(project(), "web-hooks", "deliver_all", theirs) == task_files(
        project(), "web-hooks", "deliver_all", {}
    )


@pytest.mark.parametrize("backend", ["redis", "none"])
@pytest.mark.parametrize("name", ["xy", "a-name-of-forty-characters-in-all-x12345"])
@pytest.mark.parametrize(("queue", "task"), [("mail", "send"), (FORTY, FORTY), ("mail", FORTY), (FORTY, "send")])
def test_the_files_are_as_the_projects_own_ruff_wants_them(
    name: str, backend: str, queue: str, task: str, tmp_path: Path
) -> None:
    given = said.from_flags({"name": name, "backend": backend, "queues": [queue]}, [])
    made = workflows.new(given, tmp_path, with_git=False)
    paths = []
    for path, file in task_files(said.project(given), queue, task, {}).items():
        (made.target / path).write_bytes(file.content)
        paths.append(path)
    for arguments in (["check", "--no-cache"], ["format", "--check", "--diff", "--no-cache"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, *paths],
            cwd=made.target,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("queue", "name", "message", "hint"),
    [
        ("web-hoks", "deliver", "the project 'shop' has no queue 'web-hoks'", "did you mean 'web-hooks'?"),
        ("web_hooks", "deliver", "the project 'shop' has no queue 'web_hooks'", "did you mean 'web-hooks'?"),
        ("default", "", "the task '' cannot be the name of a function", "send_receipt"),
        ("default", "send-receipt", "the task 'send-receipt' cannot be the name of a function", "send_receipt"),
        ("default", "Send", "the task 'Send' cannot be the name of a function", "lower-case"),
        ("default", "send__receipt", "the task 'send__receipt' cannot be the name of a function", "single '_'"),
        ("default", "_send", "the task '_send' cannot be the name of a function", "lower-case"),
        ("default", "größe", "the task 'größe' cannot be the name of a function", "lower-case"),
        ("default", "x", "the task 'x' cannot be the name of a function", "send_receipt"),
        ("default", "a" * 41, "cannot be the name of a function", "40 at most"),
        ("default", "../../etc", "cannot be the name of a function", "lower-case"),
        ("default", "yield", "the task name 'yield' is a Python keyword", "yield_all"),
        ("default", "match", "the task name 'match' is a Python keyword", "match_all"),
        ("default", "print", "the task name 'print' is that of something else in Python", "print_all"),
        ("default", "logger", "the task name 'logger' is that of something else in Python", "logger_all"),
        ("default", "test_mail", "pytest would take the task 'test_mail' for a test", "run_test_mail"),
    ],
)
def test_a_task_that_cannot_be_is_named(queue: str, name: str, message: str, hint: str) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        task_files(project(), queue, name, {})
    assert message in refusal.value.message
    assert hint in refusal.value.hint


@pytest.mark.parametrize("path", [TASK, TEST])
@pytest.mark.parametrize("file", [File(b"mine"), File(b"elsewhere", Mode.LINK)])
def test_a_file_that_is_there_is_never_written_over(path: str, file: File) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        task_files(project(), "web-hooks", "deliver_all", {path: file})
    assert refusal.value.message == f"{path} is there already"


def test_a_task_of_that_name_elsewhere_is_found(tmp_path: Path) -> None:
    given = said.from_flags({"name": "shop", "queues": ["default", "web-hooks"]}, [])
    made = workflows.new(given, tmp_path, with_git=False)
    theirs = {path: File(content) for path, content in files_of(made.target).items()}
    for name in ("example", "connect"):
        with pytest.raises(ScaffoldError) as refusal:
            task_files(said.project(given), "default", name, theirs)
        assert (
            refusal.value.message == f"a task of the name 'shop.tasks.default.{name}' is in src/shop/tasks/default.py"
        )
    assert task_files(said.project(given), "web-hooks", "connect", theirs)
