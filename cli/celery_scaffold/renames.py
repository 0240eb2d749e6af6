"""Which file became which: files that are gone, matched with files that are new, by what they hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from celery_scaffold.files import Tree

# As git's `--find-renames`: so much of the larger file must be in the smaller one.
_ALIKE = 0.5
# Longer files are compared as a whole only.
_LONGEST = 1_000_000


def renames(gone: Tree, appeared: Tree) -> dict[str, str]:
    """Old path → new path; each new path is taken once.

    Files with the same bytes come first, those with the same name before others; then the most alike of the rest.
    Empty files look like anything, and are left out.

    Args:
        gone: files that are no longer where they were.
        appeared: files that were not there before.
    """
    found = _same(gone, appeared)
    rest = {path: file for path, file in gone.items() if path not in found}
    taken = set(found.values())
    left = {path: file for path, file in appeared.items() if path not in taken}
    for _, _, old, new in sorted(_alike(rest, left)):
        if old not in found and new not in taken:
            found[old] = new
            taken.add(new)
    return found


def _same(gone: Tree, appeared: Tree) -> dict[str, str]:
    by_content: defaultdict[bytes, list[str]] = defaultdict(list)
    for path in sorted(appeared):
        by_content[appeared[path].content].append(path)
    found: dict[str, str] = {}
    for path in sorted(gone):
        candidates = by_content[gone[path].content] if gone[path].content else []
        if candidates:
            best = min(candidates, key=lambda other: (_name(other) != _name(path), other))
            candidates.remove(best)
            found[path] = best
    return found


def _alike(gone: Tree, appeared: Tree) -> Iterable[tuple[float, bool, str, str]]:
    """Pairs that are alike enough, as sort keys: the most alike first, then those of one name."""
    lines = {path: _lines(file.content) for path, file in gone.items()}
    holders: defaultdict[bytes, set[str]] = defaultdict(set)
    for path, counted in lines.items():
        for line in counted:
            holders[line].add(path)
    for new, file in appeared.items():
        theirs = _lines(file.content)
        common = _common(theirs, lines, holders)
        for old, size in common.items():
            ratio = size / max(len(gone[old].content), len(file.content))
            if ratio >= _ALIKE:
                yield (-ratio, _name(old) != _name(new), old, new)


def _common(
    theirs: Counter[bytes], lines: Mapping[str, Counter[bytes]], holders: Mapping[bytes, set[str]]
) -> dict[str, int]:
    """Path of a file that is gone → how many bytes of it are in lines of this one."""
    sizes: dict[str, int] = defaultdict(int)
    for line, count in theirs.items():
        for path in holders.get(line, ()):
            sizes[path] += len(line) * min(count, lines[path][line])
    return sizes


def _lines(content: bytes) -> Counter[bytes]:
    return Counter(content.splitlines(keepends=True) if len(content) <= _LONGEST else ())


def _name(path: str) -> str:
    return path.rpartition("/")[2]
