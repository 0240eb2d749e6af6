"""What came of a case: compares the tree before and after an update with what must hold."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from cases.case import git, untouched

if TYPE_CHECKING:
    from pathlib import Path

    from cases.case import Case, Outcome

Snapshot = Mapping[str, tuple[str, bytes]]

_ASIDE = (".rej", ".orig")
_MARKER = b"<<<<<<< "
_LONGEST = 100  # characters of a message in the table


class Verdict(str, Enum):
    """What a row says, from good to bad."""

    KEPT = "kept"
    CONFLICT = "conflict reported"
    REFUSED = "refused"
    SILENT = "conflict, exit 0"
    DROPPED = "dropped silently"
    HALF = "half-updated"
    LOST = "LOST"


@dataclass(frozen=True)
class Finding:
    """A verdict, and what led to it in a few words; empty where the verdict says all."""

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True)
class Facts:
    """What there is to judge by.

    Attributes:
        before: the tree as the owner left it.
        after: the tree as the tool left it.
        outcome: how the tool ended.
        unmerged: paths that git's index holds as conflicts.
        findings: exit codes by which the tool says "done, with conflicts or findings".
    """

    before: Snapshot
    after: Snapshot
    outcome: Outcome
    unmerged: tuple[str, ...] = ()
    findings: frozenset[int] = frozenset()


def snapshot(project: Path, without: Collection[str] = ()) -> Snapshot:
    """Every file of a tree but git's own: path → kind and content; of a link, where it points to.

    Args:
        project: the root of the tree.
        without: names of more folders that do not count.
    """
    found = {}
    for folder, folders, names in os.walk(project):
        folders[:] = sorted(name for name in folders if name not in {".git", *without})
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]  # noqa: PTH114, PTH118
        for name in sorted([*names, *linked]):
            path = project / os.path.relpath(os.path.join(folder, name), project)  # noqa: PTH118
            found[path.relative_to(project).as_posix()] = _file(path)
    return {path: content for path, content in found.items() if path.rpartition("/")[2] != ".git"}


def _file(path: Path) -> tuple[str, bytes]:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return "link", os.fsencode(os.readlink(path))  # noqa: PTH115
    return ("executable" if mode & 0o100 else "plain"), path.read_bytes()


def unmerged(project: Path) -> tuple[str, ...]:
    """The paths that `git status` shows as conflicts."""
    lines = git(project, "diff", "--name-only", "--diff-filter=U", "-z").stdout.split(b"\0")
    return tuple(sorted({line.decode() for line in lines if line}))


def judge(case: Case, project: Path, facts: Facts) -> Finding:
    """The verdict for one run of a case."""
    code = facts.outcome.exit_code
    conflict = _conflict(facts)
    lost = _lost(case, facts) or ("" if conflict else case.holds(project))
    if lost:
        return Finding(Verdict.LOST, f"{lost}{_warned(case, facts)}")
    if code and facts.before == facts.after:
        return Finding(Verdict.REFUSED, _last_line(facts.outcome.output, project))
    if conflict:
        return Finding(Verdict.CONFLICT if code else Verdict.SILENT, conflict)
    if code and code not in facts.findings:
        return Finding(Verdict.HALF, f"exit {code}: {_last_line(facts.outcome.output, project)}")
    return _without_conflict(case, facts)


def _without_conflict(case: Case, facts: Facts) -> Finding:
    """The verdict where nothing of the owner's is lost, and the tool says that it is done."""
    code, missing = facts.outcome.exit_code, _missing(case, facts)
    unnamed = [path for path in case.named if path not in facts.outcome.output]
    if (missing and not _told(case, facts)) or unnamed:
        return Finding(Verdict.DROPPED, missing or f"nothing is said of {unnamed[0]}")
    if (missing and not case.told) or (case.both and code):
        return Finding(Verdict.CONFLICT if code else Verdict.SILENT, missing)
    return Finding(Verdict.KEPT, missing and f"{missing}, and that is said")


def _lost(case: Case, facts: Facts) -> str:
    contents = [content for _, content in facts.after.values()]
    for line in case.owned:
        if not any(line in content for content in contents):
            ever = "" if case.uncommitted is untouched else ", and was never committed"
            return f"the owner's {shown(line)} is nowhere{ever}"
    for path in case.same:
        if facts.after.get(path) != facts.before[path] and facts.before[path][1] not in contents:
            return f"the owner's `{path}` was overwritten"
    back = [path for path in case.deleted if path in facts.after]
    return f"`{back[0]}` came back" if back else ""


def _missing(case: Case, facts: Facts) -> str:
    contents = [content for _, content in facts.after.values()]
    for line in case.arrives:
        if not any(line in content for content in contents):
            return f"the template's {shown(line)} is not there"
    left = [path for path in case.removed if path in facts.after]
    return f"the template's `{left[0]}` is still there" if left else ""


def _warned(case: Case, facts: Facts) -> str:
    code = facts.outcome.exit_code
    return (f"; exit {code}" if code else "") + ("; the output names a file of the case" if _named(case, facts) else "")


def _told(case: Case, facts: Facts) -> bool:
    """Whether the tool named a file whose change did not arrive."""
    if facts.outcome.exit_code in facts.findings:
        return True
    return _named(case, facts)


def _named(case: Case, facts: Facts) -> bool:
    changed = {path for path, _ in case.before.items() ^ case.after.items()}
    return any(path in facts.outcome.output for path in changed)


def _conflict(facts: Facts) -> str:
    aside = [path for path in facts.after if path.endswith(_ASIDE) and path not in facts.before]
    marked = [path for path, (_, content) in facts.after.items() if b"\n" + _MARKER in b"\n" + content]
    said = [path for path in {*marked, *facts.unmerged} if path in facts.outcome.output]
    parts = [
        f"markers in {_quoted(marked)}" if marked else "",
        f"{_quoted(aside)} made" if aside else "",
        "unmerged in `git status`" if facts.unmerged else "",
        "" if said else "not named in the output",
    ]
    return "; ".join(part for part in parts if part) if marked or aside or facts.unmerged else ""


def _quoted(paths: Sequence[str]) -> str:
    return ", ".join(f"`{path}`" for path in paths)


def shown(line: bytes) -> str:
    """Bytes of a case, short enough for a table."""
    words = re.sub(rb"[^ -{}~]+", b" ", line[:40]).split()
    return f"`{b' '.join(words).decode()}`"


def _last_line(output: str, project: Path) -> str:
    lines = [line.strip() for line in output.replace(f"{project}/", "").splitlines() if line.strip()]
    return lines[-1].replace("|", "¦")[:_LONGEST] if lines else ""
