"""The swap of many files: real trees, real signals, full disks."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from celery_scaffold import journal
from celery_scaffold.errors import BUG, ScaffoldError
from celery_scaffold.files import File, Mode
from celery_scaffold.journal import Change, PendingChange
from killed_journal import (
    ABOUT,
    AFTER,
    BEFORE,
    CHANGES,
    LONG_AGO,
    OWN,
    UMASK,
    Sketch,
    abort,
    changes,
    lay,
    sketch_of,
    times_of,
    update,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOME = ".celery-scaffold"
SCRIPT = Path(__file__).with_name("killed_journal.py")

OLD: Sketch = {
    **OWN,
    **BEFORE,
    "kept/": (0o700, b""),
    "old/": (0o755, b""),
    "old/dir/": (0o750, b""),
    "c/": (0o711, b""),
    "c/e/": (0o755, b""),
    "real/": (0o755, b""),
    "bare/": (0o700, b""),
}
NEW: Sketch = {
    **OWN,
    **AFTER,
    "kept/": (0o700, b""),
    "real/": (0o755, b""),
    "bare/": (0o700, b""),
    "a/": (0o755, b""),
    "real-link/": (0o755, b""),
    "deep/": (0o755, b""),
    "deep/new/": (0o755, b""),
    "deep/new/tree/": (0o755, b""),
}


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    before = os.umask(UMASK)
    yield
    os.umask(before)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return lay(tmp_path / "shop")


def _pending(root: Path) -> journal.Pending:
    found = journal.pending(root)
    assert found is not None
    return found


def _of_owner(root: Path) -> Sketch:
    """All but what is ours and hidden from git."""
    return {path: entry for path, entry in sketch_of(root).items() if not path.startswith(f"{HOME}/")}


def _refused(act: Callable[..., object], *arguments: object) -> tuple[str, str, int]:
    with pytest.raises(ScaffoldError) as caught:
        act(*arguments)
    return caught.value.message, caught.value.hint, caught.value.exit_code


def test_an_update_leads_to_the_new_tree_and_leaves_nothing_else(project: Path) -> None:
    assert sketch_of(project) == OLD
    update(project)
    assert sketch_of(project) == NEW
    assert {path: times_of(project)[path] for path in OWN} == dict.fromkeys(OWN, LONG_AGO)


def test_after_prepare_the_tree_is_as_it_was(project: Path) -> None:
    pending = journal.prepare(project, CHANGES, ABOUT)
    assert _of_owner(project) == OLD
    assert (pending.root, pending.state, pending.about) == (project, "swapping", ABOUT)
    assert journal.pending(project) == pending


def test_what_is_pending_tells_of_each_file(project: Path) -> None:
    both = changes({"notes.txt": (0o444, b"mine\n"), "settings.py": BEFORE["settings.py"]}, {"new": (0o644, b"")})
    other = Change("empty", File(b""), File(b"x"))
    assert journal.prepare(project, [*both, other, Change("a", File(b"a file\n"), File(b"a file\n"))], {}).changes == (
        PendingChange("new", "add"),
        PendingChange("notes.txt", "remove"),
        PendingChange("settings.py", "remove"),
        PendingChange("empty", "change"),
    )


def test_git_sees_nothing_of_what_is_pending_or_aborted(project: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    journal.apply(journal.prepare(project, CHANGES, {}))
    for _ in range(2):
        status = subprocess.run(
            ["git", "status", "--porcelain", "-uall"], cwd=project, check=True, capture_output=True, text=True
        )
        assert HOME not in status.stdout
        assert "settings.py" in status.stdout
        (project / "settings.py").write_text("edited\n")
        abort(project)


def test_undone_it_is_the_old_tree_to_the_nanosecond(project: Path) -> None:
    journal.apply(journal.prepare(project, CHANGES, ABOUT))
    assert _of_owner(project) == NEW
    assert journal.abort(_pending(project)) == ()
    assert sketch_of(project) == OLD
    assert times_of(project) == dict.fromkeys({**OWN, **BEFORE}, LONG_AGO)


def test_open_conflicts_are_finished_later_or_undone(project: Path, tmp_path: Path) -> None:
    pending = journal.prepare(project, CHANGES, ABOUT)
    journal.apply(pending)
    held = journal.hold(pending)
    assert (held.state, held.about) == ("conflicts", ABOUT)
    assert journal.pending(project) == held
    (project / "settings.py").write_bytes(b"resolved\n")
    other = _copy(project, tmp_path / "other")
    assert journal.apply(held) == (), "what the owner resolved is not swapped again"
    journal.finish(held)
    assert sketch_of(project) == {**NEW, "settings.py": (0o600, b"resolved\n")}
    assert journal.abort(_pending(other)) == (f"{HOME}/aborted-1/files/settings.py",)
    assert _of_owner(other) == OLD


def _copy(root: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(root, target, symlinks=True))


def _series(directory: Path, starts: str) -> None:
    subprocess.run([sys.executable, str(SCRIPT), str(directory), starts], check=True)


def _in_order(series: Path) -> list[Path]:
    return sorted(series.iterdir(), key=lambda path: int(path.name))


def _finishes_with(root: Path, copy: Path) -> None:
    """A killed update can be finished and undone."""
    continued = _copy(root, copy)
    assert journal.apply(_pending(continued)) == ()
    journal.finish(_pending(continued))
    assert sketch_of(continued) == NEW
    _is_undone(_copy(root, copy))


def _is_undone(root: Path) -> None:
    assert journal.abort(_pending(root)) == ()
    assert sketch_of(root) == OLD
    assert times_of(root) == dict.fromkeys({**OWN, **BEFORE}, LONG_AGO)


@pytest.mark.slow
def test_killed_at_any_event_the_tree_is_old_or_new_or_can_become_either(tmp_path: Path) -> None:
    _series(tmp_path, "-")
    states = []
    for root in _in_order(tmp_path / "update"):
        if journal.pending(root):
            states.append("pending")
            _finishes_with(root, tmp_path / "copy")
        elif _of_owner(root) == OLD:
            states.append("old")
            journal.finish(journal.prepare(root, [], {}))
            assert sketch_of(root) == OLD, "the next call sweeps"
        else:
            states.append("new")
            assert _of_owner(root) == NEW
            journal.finish(journal.prepare(root, [], {}))
            assert sketch_of(root) == NEW, "the next call sweeps"
    assert states == sorted(states, key=["old", "pending", "new"].index)
    assert min(states.count(state) for state in ("old", "pending", "new")) > 10


@pytest.mark.slow
def test_an_abort_killed_at_any_event_can_be_gone_on_with(tmp_path: Path) -> None:
    _series(tmp_path, "-")
    pending = [root for root in _in_order(tmp_path / "update") if journal.pending(root)]
    starts = [pending[len(pending) * part // 4].name for part in (1, 3)]
    _series(tmp_path, ",".join(starts))
    undoing = 0
    for root in (root for start in starts for root in _in_order(tmp_path / f"abort-{start}")):
        found = journal.pending(root)
        if found is None:
            assert _of_owner(root) == OLD
            continue
        if found.state == "undoing":
            undoing += 1
            assert _refused(journal.apply, found)[1] == "undo the rest of it with --abort"
        _is_undone(root)
    assert undoing > 50


# What the owner writes between an update and its abort, and where it is kept.
EDITS = {
    "changed": ("settings.py", "settings.py"),
    "added": ("deep/new/tree/x", "deep/new/tree/x"),
    "was a directory, whose name is taken for its files": ("c", "c-2"),
    "removed, and made again": ("kept/removed", "kept/removed"),
    "was a link": ("was-link", "was-link"),
}


@pytest.mark.parametrize(("path", "kept"), EDITS.values(), ids=EDITS)
def test_what_the_owner_edited_since_is_kept_aside_by_an_abort(path: str, kept: str, project: Path) -> None:
    journal.apply(journal.prepare(project, CHANGES, {}))
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).write_bytes(b"edited\n")
    place = f"{HOME}/aborted-1/files/{kept}"
    assert journal.abort(_pending(project)) == (place,)
    assert (project / place).read_bytes() == b"edited\n"
    assert _of_owner(project) == OLD


@pytest.mark.parametrize("path", ["settings.py", "a/b", "c", "link"])
def test_what_the_owner_removed_since_comes_back_as_it_was(path: str, project: Path) -> None:
    journal.apply(journal.prepare(project, CHANGES, {}))
    (project / path).unlink()
    assert journal.abort(_pending(project)) == ()
    assert sketch_of(project) == OLD


def test_nothing_is_kept_aside_of_what_was_brought_back_another_way(project: Path) -> None:
    before = {change.path: change.before for change in CHANGES if change.before is not None}
    journal.apply(journal.prepare(project, CHANGES, {}))
    (project / "settings.py").write_bytes(before["settings.py"].content)
    assert journal.abort(_pending(project)) == ()
    assert sketch_of(project) == OLD


def test_what_aborts_keep_is_numbered_and_has_nothing_else(project: Path) -> None:
    for number in (1, 2):
        journal.apply(journal.prepare(project, CHANGES, {}))
        (project / "settings.py").write_bytes(b"edited %d\n" % number)
        journal.abort(_pending(project))
    ours = {path: entry[1] for path, entry in sketch_of(project / HOME).items() if not path.endswith("/")}
    assert ours == {
        "aborted-1/.gitignore": b"*\n",
        "aborted-1/files/settings.py": b"edited 1\n",
        "aborted-2/.gitignore": b"*\n",
        "aborted-2/files/settings.py": b"edited 2\n",
    }


def test_new_files_of_the_owner_in_new_directories_stay_there(project: Path) -> None:
    journal.apply(journal.prepare(project, CHANGES, {}))
    (project / "deep/new/mine").write_bytes(b"mine\n")
    assert journal.abort(_pending(project)) == ()
    added = {"deep/": (0o755, b""), "deep/new/": (0o755, b""), "deep/new/mine": (0o644, b"mine\n")}
    assert sketch_of(project) == {**OLD, **added}


SAVED = {
    "changed": ("settings.py", "settings.py"),
    "removed": ("old/dir/only", "old/dir/only"),
    "added": ("deep", "deep"),
    "was a directory": ("c/e/f", "c/e/f"),
}


@pytest.mark.parametrize(("path", "kept"), SAVED.values(), ids=SAVED)
def test_what_is_saved_before_the_swap_is_moved_beside(path: str, kept: str, project: Path) -> None:
    pending = journal.prepare(project, CHANGES, {})
    (project / path).write_bytes(b"just saved\n")
    places = journal.apply(pending)
    journal.finish(pending)
    assert {place: (project / place).read_bytes() for place in places if (project / place).is_file()} in (
        {f"{kept}.celery-scaffold-kept": b"just saved\n"},
        {},
    )
    assert b"just saved\n" in [file.read_bytes() for file in project.rglob("*celery-scaffold-kept*") if file.is_file()]
    new = {name: entry for name, entry in sketch_of(project).items() if "celery-scaffold-kept" not in name}
    assert {name: entry for name, entry in new.items() if name not in ("old/", "old/dir/")} == NEW


CONTRADICTIONS = {
    "twice": ([Change("new", None, File(b"")), Change("new", None, File(b"x"))], "new"),
    "out": ([Change("../new", None, File(b""))], "../new"),
    "absolute": ([Change("/etc/new", None, File(b""))], "/etc/new"),
    "git's": ([Change(".git/hooks/post-merge", None, File(b""))], ".git/hooks/post-merge"),
    "ours": ([Change(f"{HOME}/pending/step", None, File(b""))], f"{HOME}/pending/step"),
    "file as directory": ([Change("notes.txt/x", None, File(b""))], "notes.txt"),
    "file and directory": ([Change("x", None, File(b"")), Change("x/y", None, File(b""))], "x"),
    "full directory": ([Change("kept", None, File(b""))], "kept"),
    "full of the owner's": (
        [Change("kept/removed", File(b"removed\n"), None), Change("kept", None, File(b""))],
        "kept/.env",
    ),
}


@pytest.mark.parametrize(("swap", "named"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions_are_bugs_and_change_nothing(swap: list[Change], named: str, project: Path) -> None:
    message, hint, code = _refused(journal.prepare, project, swap, {})
    assert message.startswith(f"'{named}' ")
    assert (hint, code) == ("nothing was changed; this is a bug of celery-scaffold", BUG)
    assert sketch_of(project) == OLD


@pytest.mark.parametrize(
    "change",
    [
        Change("settings.py", File(b"another"), File(b"")),
        Change("settings.py", File(b"old = 1\n", Mode.EXECUTABLE), File(b"")),
        Change("settings.py", None, File(b"")),
        Change("settings.py", File(b"old = 1\n", Mode.LINK), None),
        Change("none", File(b""), None),
        Change("link", File(b"old = 1\n"), None),
    ],
    ids=str,
)
def test_a_file_that_changed_since_it_was_read_stops_the_update(change: Change, project: Path) -> None:
    swap = [Change("empty", File(b""), File(b"x")), change]
    assert _refused(journal.prepare, project, swap, {}) == (
        f"'{change.path}' changed meanwhile",
        "run it again; nothing was changed",
        1,
    )
    assert sketch_of(project) == OLD


def test_a_link_out_of_the_project_is_not_followed(project: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (project / "out").symlink_to(tmp_path / "outside")
    (project / "git").symlink_to(".git")
    (project / ".git").mkdir()
    before = sketch_of(project)
    for path in ("out/x", "git/x"):
        message, _, _ = _refused(journal.prepare, project, [Change(path, None, File(b""))], {})
        assert message == f"'{path}': '{path[:3]}' is a symbolic link that leads out of the project"
    assert sketch_of(project) == before


def test_a_directory_that_became_a_link_out_is_not_followed(project: Path, tmp_path: Path) -> None:
    kept: Sketch = {"removed": (0o644, b"removed\n"), "added": (0o644, b"added\n")}
    outside = lay(tmp_path / "outside", kept)
    pending = journal.prepare(project, CHANGES, {})
    for go_on, path in ((journal.apply, "removed"), (journal.abort, "added")):
        (project / "kept").rename(project / "moved")
        (project / "kept").symlink_to(outside)
        assert _refused(go_on, pending) == (
            f"'kept/{path}' is behind a symbolic link that leads out of the project",
            "put a directory back in its place, then go on",
            1,
        )
        assert sketch_of(outside) == kept
        (project / "kept").unlink()
        (project / "moved").rename(project / "kept")
        go_on(pending)
    assert sketch_of(project) == OLD


def test_a_link_within_the_project_is_a_directory_like_others(project: Path) -> None:
    swap = [Change("real-link/x", File(b"not the link's\n"), File(b"through it\n"))]
    journal.apply(journal.prepare(project, swap, {}))
    assert _of_owner(project) == {**OLD, "real/x": (0o644, b"through it\n")}
    abort(project)
    assert sketch_of(project) == OLD


def test_five_megabytes_are_swapped_and_restored(project: Path) -> None:
    old, new = os.urandom(5 << 20), os.urandom(5 << 20)
    (project / "big").write_bytes(old)
    journal.apply(journal.prepare(project, [Change("big", File(old), File(new))], {}))
    assert (project / "big").read_bytes() == new
    abort(project)
    assert sketch_of(project) == {**OLD, "big": (0o644, old)}


def test_a_second_update_is_refused_while_one_is_unfinished(project: Path) -> None:
    journal.prepare(project, CHANGES, {})
    assert _refused(journal.prepare, project, CHANGES, {}) == (
        f"an update of {project} is unfinished",
        "finish it with --continue, or undo it with --abort",
        1,
    )


def test_another_run_in_the_same_project_is_waited_for_and_then_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_PATIENCE", 0.05)
    with _locked(project):
        assert _refused(update, project) == (
            f"another run is changing {project}",
            "wait until it has ended, then try again",
            1,
        )
    assert sketch_of(project) == OLD
    update(project)


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    descriptor = os.open(root, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield
    os.close(descriptor)


RACING = """
import sys
from pathlib import Path
from celery_scaffold.errors import ScaffoldError
from killed_journal import update
sys.stdin.read()
try:
    update(Path(sys.argv[1]))
except ScaffoldError as error:
    sys.exit(error.message)
"""


def _python(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def test_of_runs_at_the_same_time_one_updates_and_the_others_say_one_line(project: Path) -> None:
    runs = [
        subprocess.Popen(
            _python(RACING, project), cwd=SCRIPT.parent, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for run in runs:
        assert run.stdin
        run.stdin.close()
        run.stdin = None
    said = [run.communicate()[1] for run in runs]
    assert sorted(run.returncode for run in runs) == [0, 1, 1, 1]
    allowed = {
        "",
        f"an update of {project} is unfinished\n",
        *(f"{each.path!r} changed meanwhile\n" for each in CHANGES),
    }
    assert set(said) <= allowed
    assert sketch_of(project) == NEW


def test_an_update_that_another_run_ended_is_not_gone_on_with(project: Path) -> None:
    pending = journal.prepare(project, CHANGES, {})
    abort(project)
    for go_on in (journal.apply, journal.hold, journal.finish, journal.abort):
        message = f"no update of {project} is unfinished"
        assert _refused(go_on, pending) == (message, "another run has ended it", 1)


def test_an_update_that_is_not_swapped_cannot_be_finished(project: Path) -> None:
    pending = journal.prepare(project, CHANGES, {})
    for end in (journal.finish, journal.hold):
        assert _refused(end, pending)[2] == BUG
    assert journal.pending(project) == pending


INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from celery_scaffold import interrupts, journal
from killed_journal import CHANGES
interrupts.heed()
root, moment = Path(sys.argv[1]), sys.argv[2]
def send(event, arguments):
    if event == moment and "after" in str(arguments):
        os.kill(os.getpid(), signal.SIGTERM)
sys.addaudithook(send)
pending = journal.prepare(root, CHANGES, {})
journal.apply(pending)
"""


@pytest.mark.parametrize(("moment", "tree"), [("os.rename", NEW), ("os.mkdir", OLD)])
def test_asked_to_stop_a_swap_ends_first_and_a_preparation_is_given_up(
    moment: str, tree: Sketch, project: Path
) -> None:
    stopped = subprocess.run(_python(INTERRUPTED, project, moment), cwd=SCRIPT.parent, check=False)
    assert stopped.returncode == 15
    assert _of_owner(project) == tree
    assert (journal.pending(project) is None) == (tree is OLD)
    assert (project / HOME).exists() == (tree is NEW)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "no JSON": lambda pending: (pending / "journal.json").write_text("{"),
    "gone": lambda pending: (pending / "journal.json").unlink(),
    "another": lambda pending: (pending / "journal.json").write_text(
        (pending / "journal.json").read_text().replace("settings.py", "settings.px")
    ),
    "a list": lambda pending: (pending / "journal.json").write_text("[]"),
    "no step": lambda pending: (pending / "step.removing").unlink(),
    "two steps": lambda pending: (pending / "step.placing").touch(),
    "a step nobody knows": lambda pending: (pending / "step.removing").rename(pending / "step.dancing"),
    "a file": lambda pending: (shutil.rmtree(pending), pending.write_bytes(b"")),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_journal_is_said_and_nothing_is_done(damage: Callable[[Path], object], project: Path) -> None:
    pending = journal.prepare(project, CHANGES, {})
    damage(project / HOME / "pending")
    for act, argument in ((journal.pending, project), (journal.apply, pending), (journal.abort, pending)):
        message, hint, code = _refused(act, argument)
        assert message.startswith("the journal of an unfinished update is damaged: ")
        assert hint.startswith("old contents are in ")
        assert code == 1
    assert _of_owner(project) == OLD


@pytest.mark.parametrize("kind", ["before", "after"])
def test_a_damaged_copy_is_said_before_anything_is_moved(kind: str, project: Path) -> None:
    pending = journal.prepare(project, CHANGES, {})
    for copy in (project / HOME / "pending" / kind).iterdir():
        if not copy.is_symlink():
            copy.chmod(0o600)
            copy.write_bytes(b"rotten")
    for act in (journal.apply, journal.abort):
        assert "is damaged: the copy of" in _refused(act, pending)[0]
    assert _of_owner(project) == OLD


@pytest.mark.parametrize("path", ["../out", "/out", ".git/hooks/x", f"{HOME}/pending/x"])
def test_a_journal_somebody_made_up_cannot_reach_out_of_the_project(path: str, project: Path) -> None:
    from celery_scaffold.journal_record import Entry, Fingerprint, Record, write_record

    pending = project / HOME / "pending"
    pending.mkdir(parents=True)
    write_record(Record({}, (Entry(0, path, None, Fingerprint(Mode.PLAIN, "0")),), (), ()), pending)
    assert "is damaged" in _refused(journal.pending, project)[0]


def test_a_journal_of_a_newer_version_is_left_to_that(project: Path) -> None:
    journal.prepare(project, CHANGES, {})
    place = project / HOME / "pending/journal.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), "format": 99}))
    assert _refused(journal.pending, project) == (
        f"the unfinished update of {project} was begun by a newer celery-scaffold",
        "finish it with that version",
        1,
    )


def test_leftovers_that_are_links_are_not_followed(project: Path, tmp_path: Path) -> None:
    outside = lay(tmp_path / "outside", {"mine": (0o644, b"mine\n")})
    (project / HOME).mkdir()
    (project / HOME / ".done-1").symlink_to(outside)
    update(project)
    assert sketch_of(outside) == {"mine": (0o644, b"mine\n")}
    shutil.rmtree(project / HOME)
    (project / HOME).symlink_to(outside)
    assert _refused(journal.prepare, project, [], {})[0] == f"{project / HOME} is a symbolic link"
    assert sketch_of(outside) == {"mine": (0o644, b"mine\n")}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of a megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "celery-scaffold-test", str(place)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("mount: not permitted")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def _fill(disk: Path, left: int) -> None:
    """Use up a disk, but for so many bytes."""
    (disk / "filler").unlink(missing_ok=True)
    status = os.statvfs(disk)
    (disk / "filler").write_bytes(bytes(max(0, status.f_bavail * status.f_frsize - left)))


def test_a_full_disk_stops_it_before_anything_is_changed(small_disk: Path) -> None:
    outcomes = []
    for left in range(0, 200_000, 8192):
        project = lay(small_disk / "shop")
        _fill(small_disk, left)
        try:
            update(project)
        except ScaffoldError as error:
            outcomes.append((error.message, error.hint))
            assert sketch_of(project) == OLD
        else:
            outcomes.append(("done", ""))
            assert sketch_of(project) == NEW
        shutil.rmtree(project)
    assert set(outcomes) == {("done", ""), (f"{small_disk / 'shop'}: no space left on device", "nothing was changed")}
    assert outcomes == sorted(outcomes, key=("done", "").__eq__)


@pytest.mark.parametrize("go_on", ["apply", "abort"])
def test_once_prepared_neither_way_needs_space(go_on: str, small_disk: Path) -> None:
    project = lay(small_disk / "shop")
    pending = journal.prepare(project, CHANGES, {})
    _fill(small_disk, 0)
    journal.apply(pending)
    if go_on == "abort":
        (project / "stop.sh").chmod(0o755)
        assert journal.abort(pending) == (f"{HOME}/aborted-1/files/stop.sh",)
    else:
        journal.finish(pending)
    assert _of_owner(project) == (OLD if go_on == "abort" else NEW)


def test_a_limit_of_the_size_of_files_stops_it_before_anything_is_changed(project: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    swap = [*CHANGES, Change("big", None, File(bytes(5 << 20)))]
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, limits[1]))
    try:
        refusal = _refused(journal.prepare, project, swap, {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert refusal == (f"{project}: file too large", "nothing was changed", 1)
    assert sketch_of(project) == OLD


def test_a_directory_on_another_file_system_is_refused(small_disk: Path) -> None:
    project = small_disk.parent
    message, hint, _ = _refused(journal.prepare, project, [Change("disk/x", None, File(b""))], {})
    assert message == f"{small_disk} is on another file system than the project"
    assert hint.startswith("nothing was changed")
    assert os.listdir(project) == ["disk"]


# Root may write everywhere: as root, the test is somebody else.
AS_NOBODY = """
import os, sys
from pathlib import Path
from celery_scaffold import journal
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.files import File
root = Path(".")
if os.geteuid() == 0:
    os.setuid(65534)
try:
    journal.prepare(root, [journal.Change("a", None, File(b"")), journal.Change("shut/a", None, File(b""))], {})
except ScaffoldError as error:
    sys.exit(f"{error.message}; {error.hint}")
"""


@pytest.mark.parametrize("path", [".", "shut"])
def test_a_directory_that_cannot_be_written_is_said_before_anything_is_changed(path: str, tmp_path: Path) -> None:
    root = lay(tmp_path / "shop", {"shut/x": (0o644, b"")})
    for directory in (root, root / "shut"):
        directory.chmod(0o777)
    (root / path).chmod(0o555)
    refused = subprocess.run(_python(AS_NOBODY), cwd=root, check=False, capture_output=True, text=True)
    assert refused.stderr == f"{path}: permission denied; nothing was changed\n"
    assert set(sketch_of(root)) == {"shut/", "shut/x"}
