"""What must hold after any update: a project before and after it, compared with what the templates say."""

from __future__ import annotations

import re
from collections import Counter

from celery_scaffold.files import File, Mode, Tree
from celery_scaffold.merge import NEW_VERSION
from celery_scaffold.outcomes import Kind, Outcome
from celery_scaffold.record import read_record
from celery_scaffold.regenerate import Updated

from update.disk import git, in_git
from update.edit_kinds import BOM, TOKEN
from update.histories import Project

MARKERS = re.compile(rb"^(<<<<<<< your project|>>>>>>> new template)\r?$", re.MULTILINE)
# Merged by structure: what is in them may stand on other lines afterwards.
STRUCTURED = (".toml", ".yaml", ".yml", ".json")


class Judge:
    """Compares a project before and after an update with what the templates say."""

    def __init__(self, project: Project, updated: Updated, after: Tree) -> None:
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
        if any(NEW_VERSION in other and self.after[other] == self.new[path] for other in self.after):
            return True  # beside a binary file of the owner's
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
        recorded = read_record(self.project.root).base
        assert recorded is not None
        assert len(recorded) == len(wanted)
        for path, file in wanted.items():
            assert recorded.get(path) == file or (self._is_taken(path) and self._is_under_an_old_name(file, recorded))

    def _is_taken(self, path: str) -> bool:
        """Whether something of the owner's is where the template moved a file."""
        return path in self.owner or any(other.startswith(f"{path}/") for other in self.owner)

    def _is_under_an_old_name(self, file: File, recorded: Tree) -> bool:
        return any(recorded[path] == file for path in self.base if path in recorded and path not in self.new)


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
