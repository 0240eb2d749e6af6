"""What an owner adds to a project works there as if it had been rendered with it: tasks, their tests, schedules."""

from __future__ import annotations

import ast
import os
import runpy
import shutil
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from celery.schedules import crontab
from hypothesis import given
from hypothesis import strategies as st

from celery_scaffold import answers as said
from celery_scaffold import workflows
from celery_scaffold.beat_entries import python_literal
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.schedules import Schedule, schedule_from_flags
from celery_scaffold.task_files import task_files

from generated.loading import load, nowhere
from projects import Choice

if TYPE_CHECKING:
    from pathlib import Path

QUEUES = ("default", "web-hooks:pool=threads,priority=high,rate_limit=10/s,max_task_seconds=20")
# Two of them on the same queue.
TASKS = (("default", "tidy_up"), ("web-hooks", "deliver"), ("web-hooks", "deliver_all"))
SCHEDULES = (
    schedule_from_flags("tidy-up", "default.tidy_up", every="10m", kwargs=["reference=all"], expires="5m"),
    schedule_from_flags("deliver", "web-hooks.deliver", crontab="*/15 8-18 * * mon-fri", kwargs=["reference=o'clock"]),
    schedule_from_flags("deliver-all", "shop.tasks.web_hooks.deliver_all", crontab="0 3 1 * *", kwargs=["reference=x"]),
    schedule_from_flags("results", "celery.backend_cleanup", every="1d"),
)
SHOP = Choice("shop", (("preset", "full"), ("queues", QUEUES), ("schedules", SCHEDULES)))  # type: ignore[arg-type]  # words as a rule

LONG = "a long text that is broken nowhere, " * 6
# What could be written in more than one way: quotes, letters that look like others, what ruff suspects.
TEXTS = (
    *("", "it's", 'say "yes"', 'it\'s "both"', "\\ \\n", "größer \u2013 тест", "{text}", LONG),
    *("/tmp/x", "0.0.0.0"),  # noqa: S104  it is text here
)
HARD = (
    *(Schedule(f"text-{n}", "a.b", 60, kwargs=(("text", text),)) for n, text in enumerate(TEXTS)),
    *(Schedule(f"width-{n}", "a.b", 60, kwargs=(("text", "x" * n), ("n", 1))) for n in range(50, 66)),
    *(Schedule(f"commas-{n}", "a.b", crontab=f"{','.join('1' * n)} 4 * jan sat") for n in range(5, 40)),
    Schedule("all-fields", "a.b", crontab="1,2,3,4,5,6,7,8,9,10 1,2,3,4,5,6,7 1,2,3,4,5,6,7,8,9 jan-dec mon-fri"),
    Schedule("long-field", "a.b", crontab=f"{','.join('1' * 90)} 4 * * *"),
    Schedule("every-minute", "a.b", crontab="* * * * *"),
    Schedule("numbers", "a.b", 2, kwargs=(("a", -1), ("b", 1e16), ("c", 1e-7), ("d", 0.5), ("e", 2**62), ("f", True))),
    *(Schedule(f"every-{seconds}", "a.b", seconds) for seconds in (2, 59, 60, 61, 75, 3600, 5400, 86_400, 2_592_000)),
    *(Schedule(f"name-{n}", f"some.{'x' * n}", 60) for n in (70, 75, 76, 77, 78, 150)),
)


def flags(choice: Choice, **others: object) -> said.Answers:
    """The answers of a choice with some others."""
    return said.from_flags({"name": choice.name, **dict(choice.flags), **others}, [])


def with_tasks(given: said.Answers, output: Path) -> Path:
    """A project with the tasks added, and nothing else touched; its root."""
    root = workflows.new(given, output, with_git=False).target
    for queue, name in TASKS:
        for path, file in task_files(said.project(given), queue, name, {}).items():
            assert not (root / path).exists()
            (root / path).write_bytes(file.content)
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment as the project's Makefile runs its own."""
    broker = BROKERS["rabbitmq" if "rabbitmq" in (root / ".env").read_text() else "redis"]
    urls = {
        "SHOP_BROKER_URL": nowhere(broker.url_example, "shop"),
        "SHOP_RESULT_BACKEND_URL": nowhere(BACKENDS["redis"].url_example, "shop"),
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MYPY"))}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=root,
        env={**clean, **urls, "PYTHONPATH": "src", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(("broker", "backend"), [("redis", "redis"), ("rabbitmq", "none")])
def test_lint_types_and_unit_tests_pass_with_tasks_and_schedules(broker: str, backend: str, tmp_path: Path) -> None:
    root = with_tasks(flags(SHOP, broker=broker, backend=backend), tmp_path)
    for tool in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest", "tests/unit"]):
        done = run(root, *tool)
        assert done.returncode == 0, f"{tool}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}"
        if tool[0] == "pytest":
            assert all(f"test_{queue.replace('-', '_')}__{name}.py" in listed(root) for queue, name in TASKS)


def listed(root: Path) -> str:
    """The unit tests that pytest finds."""
    return run(root, "pytest", "tests/unit", "--collect-only", "-q").stdout


@pytest.mark.slow
def test_the_test_of_a_task_fails_when_the_task_goes_elsewhere(tmp_path: Path) -> None:
    root = with_tasks(flags(SHOP), tmp_path)
    path = root / "src" / "shop" / "tasks" / "web_hooks__deliver.py"
    test = "tests/unit/test_web_hooks__deliver.py"
    assert run(root, "pytest", test).returncode == 0
    path.write_text(path.read_text().replace("shop.tasks.web_hooks.deliver", "shop.tasks.default.deliver"))
    done = run(root, "pytest", test)
    assert (done.returncode, "2 failed" in done.stdout) == (1, True), done.stdout


def test_celery_loads_the_tasks_on_their_queues_and_beat_the_schedules(tmp_path: Path) -> None:
    with_tasks(SHOP.answers(), tmp_path)
    report = load([SHOP], tmp_path)["shop"]
    added = {"shop.tasks.default.tidy_up", "shop.tasks.web_hooks.deliver", "shop.tasks.web_hooks.deliver_all"}
    assert {name: queue for name, queue in report["tasks"].items() if name in added} == {
        "shop.tasks.default.tidy_up": "shop.default",
        "shop.tasks.web_hooks.deliver": "shop.web-hooks",
        "shop.tasks.web_hooks.deliver_all": "shop.web-hooks",
    }
    assert {name: report["limits"][name] for name in added} == {
        "shop.tasks.default.tidy_up": [60, 66],
        "shop.tasks.web_hooks.deliver": [20, 25],
        "shop.tasks.web_hooks.deliver_all": [20, 25],
    }
    assert report["schedule"] == {
        "heartbeat": "shop.tasks.default.example",
        "nightly-digest": "shop.tasks.default.example",
        "tidy-up": "shop.tasks.default.tidy_up",
        "deliver": "shop.tasks.web_hooks.deliver",
        "deliver-all": "shop.tasks.web_hooks.deliver_all",
        "results": "celery.backend_cleanup",
    }


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with schedules that are hard to write down."""
    given = said.from_flags({"name": "shop", "schedules": HARD}, [])
    return workflows.new(given, tmp_path_factory.mktemp("hard"), with_git=False).target


def test_every_entry_is_as_the_projects_own_ruff_wants_it(hard: Path) -> None:
    for arguments in (["check", "--no-cache"], ["format", "--check", "--diff", "--no-cache"]):
        done = run(hard, "ruff", *arguments, "src/shop/schedule.py")
        assert done.returncode == 0, done.stdout[-3000:]


def test_every_entry_says_what_was_answered(hard: Path) -> None:
    entries = runpy.run_path(str(hard / "src" / "shop" / "schedule.py"))["BEAT_SCHEDULE"]
    assert {name: entry for name, entry in entries.items() if name not in ("heartbeat", "nightly-digest")} == {
        schedule.name: entry_of(schedule) for schedule in HARD
    }


def entry_of(schedule: Schedule) -> dict[str, Any]:
    """The entry as Celery takes it."""
    when = (
        timedelta(seconds=schedule.every_seconds or 0)
        if not schedule.crontab
        else crontab.from_string(schedule.crontab)
    )
    return {
        "task": schedule.task,
        "schedule": when,
        "kwargs": dict(schedule.kwargs),
        "options": {"expires": schedule.expires, "ignore_result": True},
    }


def test_the_answers_file_reads_back_as_it_was_answered(hard: Path, tmp_path: Path) -> None:
    shutil.copy(hard / "celery-scaffold.toml", tmp_path)
    assert said.from_file(tmp_path / "celery-scaffold.toml").schedules() == HARD


printable = st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" "), max_size=20)


@given(printable | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_literal_is_the_value_in_ascii(value: str | bool | float) -> None:
    written = python_literal(value)
    assert written.isascii()
    assert repr(ast.literal_eval(written)) == repr(value)
