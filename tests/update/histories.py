"""What happened to a project before it is updated: one value, and the project on disk that it leads to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from celery_scaffold import answers as said
from celery_scaffold import regenerate
from celery_scaffold.answers import Answers
from celery_scaffold.existing import migrated
from celery_scaffold.files import File, Mode, Tree
from celery_scaffold.plan import plan
from celery_scaffold.record import ANSWERS_FILE, BASE, RECORD, base_of, record_of

from update import pristine
from update.disk import Snapshot, git, in_git, snapshot, staged, status, write_tree
from update.edit_kinds import Edit, Target
from update.random_edits import drifts, edited, edits, lines_that_change

SENTINEL = {"beside/file": File(b"not yours\n"), "beside/run": File(b"#!/bin/sh\n", Mode.EXECUTABLE)}


@dataclass(frozen=True)
class Case:
    """One history of a project.

    Attributes:
        origin: what it was rendered as, by number.
        older: what was different in the templates then.
        owner: what the owner did since.
        answers: the new ones, by number; one more than there are for none.
        git: how much of it is in git.
    """

    origin: int
    older: tuple[Edit, ...]
    owner: tuple[Edit, ...]
    answers: int
    git: str


# Whether it was put into git before the owner's edits, in a work tree of another directory, and committed.
GIT: dict[str, tuple[bool | None, bool, bool]] = {
    "none": (None, False, False),
    "edits uncommitted": (True, False, True),
    "edits committed": (False, False, True),
    "edits staged": (False, False, False),
    "template staged": (True, False, False),
    "nested, edits uncommitted": (True, True, True),
}
CASE = st.builds(
    Case,
    st.integers(0, pristine.POOL + 2),
    drifts(4),
    edits(1, 14),
    st.integers(0, pristine.POOL),
    st.sampled_from(sorted(GIT)),
)


class Project:
    """A project on disk, with all that is known of it before the update."""

    def __init__(self, case: Case, place: Path) -> None:
        self.root = place / "shop"
        self.origin = pristine.origins()[case.origin]
        self.change = new_answers(case)
        guess = self._new_tree(self.origin.tree)
        self.base = edited(self.origin.tree, case.older, Target(guess, {}))
        # No template ever rendered one that is not valid.
        self.base["pyproject.toml"] = self.origin.tree["pyproject.toml"]
        target = Target(guess, lines_that_change(self.base, guess))
        self.owner = edited(self.base, case.owner, target)
        self._write(case)
        write_tree(place, SENTINEL, {})
        self.beside = snapshot(place / "beside", without=())
        self.tracked = self._listed("ls-files")
        uncommitted = self._listed("diff", "--cached", "--name-only", "--relative")
        self.hidden = uncommitted & self._listed("diff", "--name-only", "--relative")
        self.hidden |= self._listed("ls-files", "--others", "--ignored", "--exclude-standard")

    def _listed(self, *command: str) -> frozenset[str]:
        return frozenset(git(self.root, *command, "-z").split("\0")) if in_git(self.root) else frozenset()

    def _new_tree(self, tree: Tree) -> Tree:
        table = said.toml_in(tree[ANSWERS_FILE].content, ANSWERS_FILE)
        answers = said.from_table(migrated(table, self.origin.version), ANSWERS_FILE)
        return pristine.rendered(plan(said.project(self.change(answers)), with_git=False))[0]

    def new_tree(self) -> Tree:
        """What the new template makes of the answers as the owner left them."""
        return self._new_tree(self.owner)

    def _write(self, case: Case) -> None:
        self.root.mkdir()
        write_tree(self.root, self.base, {})
        content = base_of(self.base)
        record = record_of(content, self.origin.template)
        record = re.sub(r'version = ".*"', f'version = "{self.origin.version}"', record)
        write_tree(self.root, {BASE: File(content), RECORD: File(record.encode()), ".env": File(b"SECRET=1\n")}, {})
        before, nested, committed = GIT[case.git]
        if before:
            self._to_git(nested=nested, committed=committed)
        write_tree(self.root, self.owner, self.base)
        if before is False:
            self._to_git(nested=nested, committed=committed)

    def _to_git(self, *, nested: bool, committed: bool) -> None:
        git(self.root.parent if nested else self.root, "init", "--quiet")
        git(self.root, "add", "--all", ".")
        if committed:
            git(self.root, "commit", "--quiet", "--message", "all")

    def seen(self) -> tuple[Snapshot, str, str]:
        """All that an update could change."""
        return snapshot(self.root), staged(self.root), status(self.root)


def new_answers(case: Case) -> Callable[[Answers], Answers]:
    pool = pristine.pool()
    if case.answers == len(pool):
        return regenerate.unchanged
    return lambda given: said.merge(pool[case.answers], given)
