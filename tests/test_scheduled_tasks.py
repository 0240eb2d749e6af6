"""Which tasks a schedule of a project may send, and what it needs for that."""

from __future__ import annotations

import pytest

from celery_scaffold import answers as said
from celery_scaffold import workflows
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.schedules import Schedule

QUEUES = ("default", "web-hooks:routes=shop.tasks.hooks.*+vendor.*", "mail")


def answers(task: str, **flags: object) -> said.Answers:
    """Those of a project `shop` that sends the task every minute."""
    given = {"name": "shop", "queues": QUEUES, "schedules": [Schedule("nightly", task, 60)], **flags}
    return said.from_flags(given, [])


@pytest.mark.parametrize(
    ("task", "full", "queue"),
    [
        ("mail.send", "shop.tasks.mail.send", "mail"),
        ("web-hooks.send", "shop.tasks.web_hooks.send", "web-hooks"),
        ("web_hooks.send", "shop.tasks.web_hooks.send", "web-hooks"),
        ("shop.tasks.mail.send", "shop.tasks.mail.send", "mail"),
        ("shop.tasks.hooks.send", "shop.tasks.hooks.send", "web-hooks"),
        ("vendor.reports.send", "vendor.reports.send", "web-hooks"),
        ("celery.backend_cleanup", "celery.backend_cleanup", "default"),
        ("shop.workflows.price", "shop.workflows.price", "default"),
        ("mail.send.now", "mail.send.now", "default"),
    ],
)
def test_a_task_is_named_in_full_and_goes_where_its_name_says(task: str, full: str, queue: str) -> None:
    project = said.project(answers(task))
    named = project.full_task_name(task)
    assert (named, project.queue_of_task(named).name) == (full, queue)


@pytest.mark.parametrize(
    ("task", "hint"),
    [
        ("shop.tasks.mial.send", "did you mean 'mail'?"),
        ("shop.tasks.web_hoks.send", "did you mean 'web-hooks'?"),
        ("web-hoks.send", "did you mean 'web-hooks'?"),
        ("web-hooks.send.now", "did you mean 'web-hooks'?"),
    ],
)
def test_a_task_of_no_queue_is_refused(task: str, hint: str) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        said.project(answers(task))
    assert refusal.value.message == f"schedule 'nightly': the task {task!r} is one of no queue"
    assert refusal.value.hint == hint


@pytest.mark.parametrize("flags", [{"preset": "minimal"}, {"without": ["beat"]}])
def test_schedules_need_the_component_beat(flags: dict[str, object]) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        workflows.planned(answers("mail.send", **flags))
    assert refusal.value.message == "the schedule 'nightly' needs the component 'beat', which is left out"
    assert refusal.value.hint == "--with beat"
