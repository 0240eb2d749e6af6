"""Two runs in one project, and a run that is asked to stop when it is done."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from celery_scaffold import journal, regenerate
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.files import File
from celery_scaffold.journal import Change

from processes import heed_signals
from update.projects import everything, outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from update.projects import Project

    Make = Callable[..., Project]

BASE, OTHERS, OURS = {"a.txt": "a\n"}, {"a.txt": "a\nb\n"}, {"a.txt": "a\nc\n"}
CHANGED = ("the answers or the record changed meanwhile", "run it again; nothing was changed")


@pytest.mark.parametrize("step", ["rendering", "merging"])
def test_what_another_run_did_meanwhile_is_not_taken_back(step: str, make: Make) -> None:
    project = make(BASE)
    after = {}

    def other_run(said: str) -> None:
        if said == step:
            project.renders(OTHERS)
            assert project.update().code == 0
            after.update(everything(project.root))
            project.renders(OURS)

    project.renders(OURS)
    with pytest.raises(ScaffoldError) as refused:
        regenerate.update(project.root, progress=other_run)
    assert (refused.value.message, refused.value.hint) == CHANGED
    assert outside(everything(project.root), ".git") == outside(after, ".git")


def test_answers_saved_during_an_update_are_not_overwritten(make: Make) -> None:
    project = make(BASE)
    answers = project.root / "celery-scaffold.toml"

    def owner(_: str) -> None:
        answers.write_text('name = "bakery"\n')

    project.renders(OURS)
    with pytest.raises(ScaffoldError) as refused:
        regenerate.update(project.root, progress=owner)
    assert (refused.value.message, refused.value.hint) == CHANGED
    assert answers.read_text() == 'name = "bakery"\n'
    assert journal.pending(project.root) is None


def test_conflicts_that_another_run_has_just_left_are_not_taken_for_resolved(make: Make) -> None:
    project = make(BASE)
    project.edit({"a.txt": "mine\n"})

    def other_run(said: str) -> None:
        if said == "writing":
            project.renders(OTHERS)
            assert project.update().code == 2

    project.renders(OURS)
    with pytest.raises(ScaffoldError, match=r"the last update has open conflicts: a\.txt"):
        regenerate.update(project.root, progress=other_run)
    pending = journal.pending(project.root)
    assert pending is not None
    assert pending.state == "conflicts"


# Asks its own process to stop when the journal is gone, within the part in which signals wait.
ASKED = """
import os, signal, sys
from celery_scaffold import __main__, journal
remove = journal._remove
def asked(found):
    remove(found)
    os.kill(os.getpid(), signal.SIGINT)
journal._remove = asked
sys.argv[1:] = ["update", sys.argv[1]]
__main__.run()
"""


@pytest.mark.parametrize(
    ("option", "content", "said"),
    [
        ("--continue", "b\n", "finished: the update is complete\n"),
        ("--abort", "a\n", "undone: every file is as it was before the update\n"),
    ],
)
def test_what_is_done_is_not_called_interrupted(option: str, content: str, said: str, make: Make) -> None:
    project = make(BASE)
    change = Change("a.txt", File(b"a\n"), File(b"b\n"))
    journal.prepare(project.root, [change], {"conflicts": [], "index": []})
    done = subprocess.run(
        [sys.executable, "-c", ASKED, option],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=heed_signals,
    )
    assert (done.returncode, done.stderr) == (0, said)
    assert (project.root / "a.txt").read_text() == content
    assert journal.pending(project.root) is None
