"""The one module that starts git.

Merging happens in a repository of its own, below a working directory of ours: nothing of the user's git (configuration,
hooks, identity, signing, attributes) has a say there, and nothing of the user's repository is touched. The
functions that look into that, `listed`, `committed`, `write_objects` and `write_index`, say what they read and write.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold.errors import ScaffoldError, printable
from celery_scaffold.files import Mode
from celery_scaffold.repository import write_repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from celery_scaffold.files import File, Tree

_OLD_OR_MISSING = "install git 2.38 or newer, on the PATH"
# git's exit code for an option that it does not know, which `merge-tree --write-tree` is before 2.38.
_USAGE = 129
# Three parents and children under names that no file holds: git prints them into the markers, where we look for them.
_YOURS, _NEW = "celery-scaffold-side-yours-7f1c2a", "celery-scaffold-side-new-7f1c2a"
LABELS = ("your project", "previous template", "new template")


# Before a command in the user's repository. Writing the index runs filters on files that are as new as it is.
_OURS = (
    *("-c", f"core.hooksPath={os.devnull}", "-c", f"core.attributesFile={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    # A cloned tree may hold a repository as files, with a configuration that names programs.
    *("-c", "safe.bareRepository=explicit"),
)


@dataclass(frozen=True)
class Triple:
    """Three versions of one text: where both sides began, and what each made of it."""

    base: bytes
    yours: bytes
    new: bytes


@dataclass(frozen=True)
class Merged:
    """What git made of a triple; with conflicts, the text holds markers with our `LABELS`."""

    content: bytes
    conflict: bool


@dataclass(frozen=True)
class Listed:
    """What the user's git knows of a project that lies in a work tree.

    Attributes:
        prefix: the project's path below the root of the work tree, "" or with a slash at its end.
        staged: path → (mode, object id) of what the index holds, where it is not unmerged already.
        others: files that are neither tracked nor ignored.
    """

    prefix: str
    staged: Mapping[str, tuple[str, str]]
    others: frozenset[str]


def merge_all(triples: Sequence[Triple], work: Path) -> list[Merged]:
    """Merge any number of texts, in two processes.

    Args:
        triples: what to merge.
        work: an empty directory for the repository.

    Raises:
        ScaffoldError: git is missing, older than 2.38, or fails.
    """
    if not triples:
        return []
    sides = {_YOURS: [triple.yours for triple in triples], _NEW: [triple.new for triple in triples]}
    write_repository(work, [triple.base for triple in triples], sides)
    tree, conflicts = _merge_tree(work)
    contents = _contents(work, [f"{tree}:{number}" for number in range(len(triples))])
    return [_merged(content, conflict=str(n) in conflicts) for n, content in enumerate(contents)]


def listed(root: Path) -> Listed | None:
    """What git says of the files below a directory; None where that is in no work tree, or git does not work there.

    Reads the index and the ignore files; takes no lock, so that the index is not even refreshed.
    """
    top = _work_tree(root)
    if top is None:
        return None
    try:
        said = _user_git(root, "ls-files", "-z", "--stage", "--others", "--exclude-standard")
    except ScaffoldError:
        return None
    staged: dict[str, tuple[str, str]] = {}
    others = set()
    for row in filter(None, said.split(b"\0")):
        facts, tab, path = row.partition(b"\t")
        if not tab:
            others.add(os.fsdecode(row))
            continue
        mode, identifier, stage = facts.decode().split()
        if stage == "0":
            staged[os.fsdecode(path)] = (mode, identifier)
    prefix = root.resolve().relative_to(top).as_posix()
    return Listed("" if prefix == "." else f"{prefix}/", staged, frozenset(others))


def committed(root: Path, paths: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Those of the paths that are in the last commit: path → (mode, object id); none before the first one."""
    if not paths:
        return {}
    try:
        said = _user_git(root, "ls-tree", "-z", "HEAD", "--", *paths)
    except ScaffoldError:
        return {}
    rows = [row.partition(b"\t") for row in said.split(b"\0") if row]
    facts = {os.fsdecode(path): facts.decode().split() for facts, _, path in rows}
    return {path: (mode, identifier) for path, (mode, _, identifier) in facts.items()}


@dataclass(frozen=True)
class Stage:
    """One line of the index: mode "0" removes the path; stages 1 to 3 are base, yours and new."""

    path: str
    mode: str
    identifier: str
    stage: int = 0


def write_objects(root: Path, files: Sequence[Path]) -> list[str]:
    """Store the contents of files in the user's object store, where nothing refers to them yet; their identifiers."""
    names = b"".join(os.fsencode(str(file.resolve())) + b"\n" for file in files)
    return _user_git(root, "hash-object", "-w", "--no-filters", "--stdin-paths", stdin=names).decode().split()


def write_index(root: Path, stages: Iterable[Stage]) -> None:
    """Replace the entries of these paths in the user's index, and no others; paths are those of the work tree."""
    rows = b"".join(
        f"{stage.mode} {stage.identifier} {stage.stage}\t".encode() + os.fsencode(stage.path) + b"\0"
        for stage in stages
    )
    _user_git(root, "update-index", "-z", "--index-info", stdin=rows)


def differences(before: Tree, after: Tree, work: Path, names: tuple[str, str]) -> str:
    """What changes between two trees, as unified diffs; "" where nothing does.

    Args:
        before: the files before; those that are the same in both may be left out.
        after: the files after.
        work: an empty directory.
        names: what the two sides are called in the diffs, as directories.
    """
    for name, tree in zip(names, (before, after), strict=True):
        (work / name).mkdir()
        for path, file in tree.items():
            _write(work / name / path, file)
    options = ("--no-index", "--no-prefix", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames")
    environment = {**_isolated(), "GIT_CEILING_DIRECTORIES": str(work.parent)}
    return _run(("diff", *options, *names), environment, work, b"", (0, 1)).decode(errors="replace")


def _write(path: Path, file: File) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if file.mode is Mode.LINK:
        path.symlink_to(os.fsdecode(file.content))
        return
    path.write_bytes(file.content)
    path.chmod(0o755 if file.mode is Mode.EXECUTABLE else 0o644)


# --- the repository of the merge -----------------------------------------------------------------------


def _merge_tree(repository: Path) -> tuple[str, frozenset[str]]:
    """The tree that git makes of the two sides, and the names of the files with conflicts in it."""
    said = _git(repository, "merge-tree", "--write-tree", "-z", "--no-messages", _YOURS, _NEW, fine=(0, 1))
    tree, *rows = said.decode().split("\0")
    return tree, frozenset(row.partition("\t")[2] for row in rows if row)


def _contents(repository: Path, names: Sequence[str]) -> list[bytes]:
    said = _git(repository, "cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
    contents, position = [], 0
    for _ in names:
        header, _, _ = said[position : position + 200].partition(b"\n")
        size = int(header.rpartition(b" ")[2])
        start = position + len(header) + 1
        contents.append(said[start : start + size])
        position = start + size + 1
    return contents


def _merged(content: bytes, *, conflict: bool) -> Merged:
    return Merged(_labelled(content) if conflict else content, conflict)


def _labelled(content: bytes) -> bytes:
    """Markers that say whose text it is. The name of the base is a commit's, known only by where it stands."""
    yours, base, new = (label.encode() for label in LABELS)
    lines = []
    inside = False
    for line in content.split(b"\n"):
        text = line
        if line == b"<<<<<<< " + _YOURS.encode():
            inside, text = True, b"<<<<<<< " + yours
        elif line == b">>>>>>> " + _NEW.encode():
            inside, text = False, b">>>>>>> " + new
        elif inside and line.startswith(b"||||||| "):
            text = b"||||||| " + base
        lines.append(text)
    return b"\n".join(lines)


# --- processes -----------------------------------------------------------------------------------------


def _git(repository: Path, *arguments: str, stdin: bytes = b"", fine: tuple[int, ...] = (0,)) -> bytes:
    return _run(arguments, {**_isolated(), "GIT_DIR": str(repository)}, repository, stdin, fine)


def _isolated() -> dict[str, str]:
    """An environment in which no configuration of the user's counts."""
    isolation = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}
    return {**_without_git(os.environ), **isolation}


def _user_git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Git in the user's repository: their ignore rules count, their hooks and filters do not run."""
    environment = {**_without_git(os.environ), "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    return _run((*_OURS, *arguments), environment, root, stdin, (0,))


def _without_git(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables that point git elsewhere are set where the tool is called from a hook of git's."""
    kept = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
    return {name: value for name, value in environment.items() if not name.startswith("GIT_") or name in kept}


def _run(
    arguments: Sequence[str], environment: Mapping[str, str], directory: Path, stdin: bytes, fine: tuple[int, ...]
) -> bytes:
    try:
        done = subprocess.run(
            ["git", *arguments], input=stdin, capture_output=True, env=environment, cwd=directory, check=False
        )
    except OSError:
        raise ScaffoldError("git is missing, and merging needs it", _OLD_OR_MISSING) from None
    if done.returncode in fine:
        return done.stdout
    if done.returncode == _USAGE:
        raise ScaffoldError(f"git is too old: {_version(environment)}", _OLD_OR_MISSING)
    said = _reason(done.stderr.decode(errors="replace"))
    command = arguments[len(_OURS)] if arguments[0] == "-c" else arguments[0]
    raise ScaffoldError(f"git {command} failed: {said or f'exit status {done.returncode}'}", "nothing was changed")


def _reason(said: str) -> str:
    """The line that tells why: advice may come after it."""
    lines = said.strip().splitlines() or [""]
    return printable(next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1]))


def _version(environment: Mapping[str, str]) -> str:
    said = subprocess.run(["git", "version"], capture_output=True, env=environment, check=False).stdout
    return said.decode(errors="replace").strip().removeprefix("git version ") or "it does not tell its version"


def _work_tree(root: Path) -> Path | None:
    """The root of the work tree that a directory lies in."""
    here = root.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), None)
