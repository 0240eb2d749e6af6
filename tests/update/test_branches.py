"""Two branches that both changed the project, merged by git: the record of either side is a base for an update."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from celery_scaffold import answers as said
from celery_scaffold import workflows

from old_projects import RELEASES, unpacked
from trees import files_of
from update.projects import Project, git

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Act = Callable[[Project], object]

ANSWERS = "celery-scaffold.toml"
SETTINGS = "src/standard_rabbitmq/settings.py"
WORKFLOWS = "src/standard_rabbitmq/workflows.py"


def with_queue(name: str) -> Act:
    """The project with one queue more, by hand: in the answers, then updated."""

    def act(project: Project) -> None:
        path = project.root / ANSWERS
        path.write_text(f"{path.read_text()}\n[queues.{name}]\nmax_task_seconds = 30\n")
        assert project.update().code == 0

    return act


def updated_to(*arguments: str) -> Act:
    def act(project: Project) -> None:
        assert project.update(*arguments).code == 0

    return act


def merged_branches(project: Project, left: Act, right: Act) -> None:
    """Each on a branch of its own with an edit of the owner's, and git's merge of the two, as far as git comes."""
    project.commit()
    for branch, act, path in (("left", left, SETTINGS), ("right", right, WORKFLOWS)):
        project.git("checkout", "--quiet", "-B", branch, "main")
        act(project)
        (project.root / path).write_text(f"{(project.root / path).read_text()}\n# the edit on the {branch}\n")
        project.commit()
    git(project.root, "merge", "--quiet", "left", code=1)


def settle(project: Project, side: str) -> None:
    """One side of what the template renders, both its files of the record among them; both sides of the answers."""
    project.git("checkout", f"--{side}", "--", *(project.unmerged() - {ANSWERS}))
    text = (project.root / ANSWERS).read_text()
    kept = [line for line in text.splitlines() if not line.startswith(("<<<<<<<", "|||||||", "=======", ">>>>>>>"))]
    (project.root / ANSWERS).write_text("\n".join(kept) + "\n")
    project.commit()


@pytest.mark.parametrize("side", ["ours", "theirs"])
@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        (with_queue("mails"), with_queue("reports"), ("[queues.mails]", "[queues.reports]")),
        (with_queue("mails"), updated_to("--set", "max_attempts=7"), ("[queues.mails]", "max_attempts = 7")),
        (updated_to("--set", "without=ci"), with_queue("reports"), ('without = ["ci"]', "[queues.reports]")),
        (updated_to(), with_queue("reports"), ("[queues.reports]",)),
    ],
    ids=["a queue and a queue", "a queue and a number", "a component less and a queue", "the version and a queue"],
)
def test_an_update_after_a_merge_holds_what_both_branches_have(
    left: Act, right: Act, both: tuple[str, ...], side: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release = next(release for release in RELEASES if release.name == "standard-rabbitmq")
    project = Project(unpacked(release, tmp_path / "old"), lambda _: None, capsys)
    merged_branches(project, left, right)
    settle(project, side)
    report = project.update()
    assert (report.code, report.facts["conflicts"]) == (0, [])
    assert set(both) <= set((project.root / ANSWERS).read_text().splitlines())
    table = said.toml_of(project.root / ANSWERS)
    (tmp_path / "fresh").mkdir()
    expected = workflows.new(said.from_table(table, ANSWERS), tmp_path / "fresh", with_git=False).target
    for branch, path in (("left", SETTINGS), ("right", WORKFLOWS)):
        (expected / path).write_text(f"{(expected / path).read_text()}\n# the edit on the {branch}\n")
    assert {**files_of(project.root), ANSWERS: b""} == {**files_of(expected), ANSWERS: b""}
    assert project.run("check")[0] == 0
