"""Whatever an owner did, whatever is answered anew: no line of theirs is lost, a second update has nothing to do.

500 cases in CI; `SCAFFOLD_CASES=5000 pytest tests/update/test_property.py` tries more.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, given, seed, settings
from hypothesis import strategies as st

from celery_scaffold import answers as said
from celery_scaffold import journal, regenerate
from celery_scaffold.answers import Answers
from celery_scaffold.errors import MISTAKE, ScaffoldError
from celery_scaffold.existing import migrated
from celery_scaffold.files import File, Mode, Tree
from celery_scaffold.outcomes import Kind, Outcome
from celery_scaffold.pending import abort, resume, unresolved
from celery_scaffold.plan import plan
from celery_scaffold.record import ANSWERS_FILE, BASE, RECORD, base_of, read_record, record_of
from celery_scaffold.regenerate import Updated

from update import pristine
from update.disk import Snapshot, copied, git, in_git, read_tree, snapshot, staged, status, write_tree
from update.owner_edits import BOM, TOKEN, Edit, Target, drifts, edited, edits, lines_that_change

CASES = int(os.environ.get("SCAFFOLD_CASES", "500"))
SHARDS = 4
# Of processor time, own and of git, for each case; where this was measured it was a quarter of that.
CPU_SECONDS_A_CASE = 0.8
# Of the cases; without them the test would try little.
LEAST_CONFLICTS, LEAST_ACCEPTED = 0.15, 0.8
OPENING = b"<<<<<<< your project"
MARKERS = re.compile(rb"^(<<<<<<< your project|>>>>>>> new template)\r?$", re.MULTILINE)
SENTINEL = {"beside/file": File(b"not yours\n"), "beside/run": File(b"#!/bin/sh\n", Mode.EXECUTABLE)}
# Merged by structure: what is in them may stand on other lines afterwards.
STRUCTURED = (".toml", ".yaml", ".yml", ".json")


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


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory in memory, where there is one: on a shared disk each update waits for all that others wrote."""
    pristine.render_once(monkeypatch)
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as directory:
        (Path(directory) / "tmp").mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(Path(directory) / "tmp"))
        yield Path(directory)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_line_of_the_owners_is_lost(shard: int, place: Path) -> None:
    pristine.origins()
    counted: Counter[str] = Counter()
    before = sum(os.times()[:4])

    @seed(shard)
    @settings(
        max_examples=-(-CASES // SHARDS),
        deadline=None,
        database=None,
        phases=[Phase.generate, *([] if "SCAFFOLD_NO_SHRINK" in os.environ else [Phase.shrink])],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=CASE)
    def one(case: Case) -> None:
        shutil.rmtree(place / "case", ignore_errors=True)
        (place / "case").mkdir()
        outcome = _tried(case, place / "case")
        counted[outcome] += 1
        event(outcome)
        assert os.listdir(place / "tmp") == []

    one()
    spent = sum(os.times()[:4]) - before
    total = counted.total()
    print(f"{total} cases, {spent:.0f} s of processor time: {dict(counted)}")  # noqa: T201  shown by pytest -rP
    assert counted["conflicts"] >= LEAST_CONFLICTS * total, counted
    assert counted["conflicts"] + counted["merged"] >= LEAST_ACCEPTED * total, counted
    assert spent <= CPU_SECONDS_A_CASE * total


def _tried(case: Case, place: Path) -> str:
    """One case from the beginning to the end; returns how it went."""
    project = _Project(case, place)
    before = project.seen()
    try:
        updated = regenerate.update(project.root, project.change)
    except ScaffoldError as error:
        _refused(project, before, error)
        return "refused"
    after = read_tree(project.root)
    _Judge(project, updated, after).judge()
    assert snapshot(place / "beside", without=()) == project.beside, "nothing outside the project"
    if updated.conflicts:
        _aborted(project, before)
        _resolved(project, updated)
    assert journal.pending(project.root) is None
    _second(project)
    return "conflicts" if updated.conflicts else "merged"


def _refused(project: _Project, before: tuple[Snapshot, str, str], error: ScaffoldError) -> None:
    """It is told as a mistake of the owner's, and nothing has changed."""
    assert error.exit_code == MISTAKE, error
    assert project.seen() == before
    assert journal.pending(project.root) is None


class _Project:
    """A project on disk, with all that is known of it before the update."""

    def __init__(self, case: Case, place: Path) -> None:
        self.root = place / "shop"
        self.origin = pristine.origins()[case.origin]
        self.change = _change(case)
        guess = self._new_tree(self.origin.tree)
        self.base = edited(self.origin.tree, case.older, Target(guess, {}))
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


def _change(case: Case) -> Callable[[Answers], Answers]:
    pool = pristine.pool()
    if case.answers == len(pool):
        return regenerate.unchanged
    return lambda given: said.merge(pool[case.answers], given)


# --- what must hold after an update --------------------------------------------------------------------


class _Judge:
    """Compares a project before and after an update with what the templates say."""

    def __init__(self, project: _Project, updated: Updated, after: Tree) -> None:
        self.project, self.updated, self.after = project, updated, after
        self.base, self.owner, self.new = project.base, project.owner, project.new_tree()
        self.conflicts = {conflict.path for conflict in updated.conflicts}
        self.outcomes: dict[str, Outcome] = {outcome.path: outcome for outcome in updated.outcomes}

    def judge(self) -> None:
        self._no_token_is_lost()
        self._own_files_are_as_they_were()
        self._unedited_files_are_the_templates()
        for path in self.base:
            if path in self.owner and path in self.new and path in self.after:
                self._lines_of_both_sides_are_there(path)
                self._manner_of_writing_is_the_owners(path)
        self._markers_are_where_a_conflict_is_told()
        self._git_shows_the_conflicts()
        self._record_is_of_the_new_template()

    def _no_token_is_lost(self) -> None:
        lost = _tokens(self.owner) - _tokens(self.base) - _tokens(self.after)
        assert not lost, lost

    def _own_files_are_as_they_were(self) -> None:
        """Files that are no template's; one like a deleted file of the template may be that one, moved."""
        for path, file in self.owner.items():
            if path in self.base or self._may_be_a_moved_one(file):
                continue
            if path in self.new and path in self.project.tracked:
                continue
            assert self.after.get(path) == file, path

    def _may_be_a_moved_one(self, file: File) -> bool:
        gone = (self.base[path] for path in self.base if path not in self.owner or self.owner[path].mode is Mode.LINK)
        return any(_common(file.content, other.content) >= 0.4 for other in gone)

    def _unedited_files_are_the_templates(self) -> None:
        for path, file in self.base.items():
            if self.owner.get(path) != file:
                continue
            if path in self.new:
                assert self.after.get(path) == self.new[path], path
            else:
                assert path not in self.after or self._is_told_to_stay(path), path
        for path, file in self.new.items():
            if path not in self.base and path not in self.owner:
                assert self.after.get(path) == file or self._is_mentioned(path), path

    def _is_mentioned(self, path: str) -> bool:
        """Among the outcomes, or in the reason of one: what it should have come from stays where it is."""
        reasons = [outcome.reason for outcome in self.outcomes.values()]
        return path in self.outcomes or any(
            f" {path}, but " in r or "and the template both moved" in r for r in reasons
        )

    def _is_told_to_stay(self, path: str) -> bool:
        """Gone from the template or moved by it, with a reason why it is here."""
        taken = path in self.outcomes and "it stays here" in self.outcomes[path].reason
        return taken or path in self.owner

    def _lines_of_both_sides_are_there(self, path: str) -> None:
        base, yours, new, after = (tree[path] for tree in (self.base, self.owner, self.new, self.after))
        if path.endswith(STRUCTURED) or any(_is_no_text(file) for file in (base, yours, new, after)):
            return
        there = _lines(after)
        assert not (lost := _lines(yours) - _lines(base) - there), (path, lost)
        assert not (lost := _lines(new) - _lines(base) - there), (path, lost)

    def _manner_of_writing_is_the_owners(self, path: str) -> None:
        base, yours, after = self.base[path], self.owner[path], self.after[path]
        if yours.mode is not base.mode:
            assert after.mode is yours.mode, path
        if any(_is_no_text(file) for file in (yours, after, self.new[path])):
            return
        assert after.content.startswith(BOM) == yours.content.startswith(BOM), path
        if yours.content.count(b"\n") > 0 and yours.content.count(b"\n") == yours.content.count(b"\r\n"):
            assert after.content.count(b"\n") == after.content.count(b"\r\n"), path

    def _markers_are_where_a_conflict_is_told(self) -> None:
        marked = {path for path, file in self.after.items() if MARKERS.search(file.content)}
        assert marked <= self.conflicts
        for path in self.conflicts - marked:
            assert "binary" in self.outcomes[path].reason or "not valid" in self.outcomes[path].reason, path

    def _git_shows_the_conflicts(self) -> None:
        if not in_git(self.project.root):
            return
        rows = git(self.project.root, "ls-files", "-z", "--unmerged").split("\0")
        assert {row.partition("\t")[2] for row in rows if row} == self._to_be_shown()

    def _to_be_shown(self) -> set[str]:
        """All but those whose entry in the index is the only copy of something, and those that are ignored."""
        return self.conflicts - self.project.hidden

    def _record_is_of_the_new_template(self) -> None:
        skipped = {o.path for o in self.updated.outcomes if o.kind is Kind.SKIPPED and o.path not in self.base}
        wanted = {path: file for path, file in self.new.items() if path not in skipped}
        found = dict(read_record(self.project.root).base or {})
        # A file whose new place is taken by one of the owner's is known by its old name.
        stayed = {path: found.pop(path) for path in sorted(found.keys() - self.new.keys())}
        withheld = {path: file for path, file in wanted.items() if path not in found}
        assert stayed.keys() <= self.base.keys()
        assert sorted(map(repr, stayed.values())) == sorted(map(repr, withheld.values()))
        assert {**found, **withheld} == wanted


def _tokens(tree: Tree) -> set[bytes]:
    return {token for file in tree.values() for token in TOKEN.findall(file.content)}


def _is_no_text(file: File) -> bool:
    return file.mode is Mode.LINK or b"\0" in file.content


def _lines(file: File) -> Counter[bytes]:
    text = file.content.removeprefix(BOM)
    return Counter(line.rstrip(b"\r\n") for line in text.split(b"\n"))


def _common(one: bytes, other: bytes) -> float:
    """Which share of the longer one is in lines of both."""
    both = Counter(one.splitlines(keepends=True)) & Counter(other.splitlines(keepends=True))
    return sum(len(line) * count for line, count in both.items()) / max(len(one), len(other), 1)


# --- conflicts, and the update after this one ----------------------------------------------------------


def _aborted(project: _Project, before: tuple[Snapshot, str, str]) -> None:
    """On a copy: an abort brings back every byte, every mode and git's index."""
    here = project.root.parent
    copy = copied(here, here.with_name("copy")) / "shop"
    try:
        assert abort(copy).kept == ()
        assert (snapshot(copy), staged(copy), status(copy)) == before
        assert journal.pending(copy) is None
    finally:
        shutil.rmtree(copy.parent)


def _resolved(project: _Project, updated: Updated) -> None:
    """The owner takes their own side; of the answers, the new one, which is what the record is of."""
    paths = [conflict.path for conflict in updated.conflicts]
    with pytest.raises(ScaffoldError, match="open conflicts"):
        regenerate.update(project.root)
    assert set(resume(project.root).conflicts) == set(paths)
    for conflict in updated.conflicts:
        _resolve(project, conflict)
    assert resume(project.root).conflicts == ()


def _resolve(project: _Project, conflict: Outcome) -> None:
    place = project.root / conflict.path
    beside = re.search(r"the new one is (.+)", conflict.reason)
    if beside:
        (project.root / beside[1]).unlink()
        return
    if "not valid" not in conflict.reason:
        place.write_bytes(_side(place.read_bytes(), "new" if conflict.path == ANSWERS_FILE else "yours"))
    pending = journal.pending(project.root)
    assert pending is not None
    if conflict.path in unresolved(pending):
        # What both sides made of other lines does not fit together: nothing of the template's is taken then.
        place.write_bytes(project.owner[conflict.path].content)


def _side(content: bytes, wanted: str) -> bytes:
    """One side of each conflict: what a script of the owner's would take."""
    kept, side = [], ""
    for line in content.splitlines(keepends=True):
        text = line.rstrip(b"\r\n")
        if text == OPENING:
            side = "yours"
        elif side and text == b"||||||| previous template":
            side = "base"
        elif side in ("yours", "base") and text == b"=======":
            side = "new"
        elif side and text == b">>>>>>> new template":
            side = ""
        elif side in ("", wanted):
            kept.append(line)
    return b"".join(kept)


def _second(project: _Project) -> None:
    before = project.seen()
    again = regenerate.update(project.root)
    assert (again.changed, again.conflicts) == ((), ())
    assert project.seen() == before
    assert journal.pending(project.root) is None
