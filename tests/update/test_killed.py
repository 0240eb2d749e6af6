"""Killed, interrupted or out of space at any moment: the tree is old, or new, or one command finishes or undoes it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from celery_scaffold import journal
from celery_scaffold.__main__ import main
from celery_scaffold.errors import DONE, FINDINGS, MISTAKE, SIGNALLED

from update.disk import Snapshot, copied
from update.killed import CONFLICT, UPDATE, Command, Ended, Here, State, copy, made, state

ABOUT_IT = "`celery-scaffold update --continue` finishes it, `--abort` undoes it"


@dataclass(frozen=True)
class Undisturbed:
    """A project before and after an update that nobody disturbed.

    Attributes:
        project: before; to be copied.
        old: how it is then.
        new: how it is afterwards.
        code: how the run ended.
        left: what it said is left to do by hand.
        events: by the directory they are counted in, relative to what is around the project.
    """

    project: Path
    old: State
    new: State
    code: int
    left: str
    events: dict[str, int]


# Where events count: all of a run, most of which are the rendering's, and those of the swap.
WHOLE, SWAP = ".", "shop/.celery-scaffold"
# How a project ends up, where events count, and at how many of them, evenly spaced, a run of its own is ended.
KILLS = (("conflict", WHOLE, 40), ("clean", SWAP, 40), ("conflict", SWAP, 10), ("clean", WHOLE, 10))
STOPS = tuple((ending, below, 4) for ending, below, _ in KILLS)


def _points(rows: Iterable[tuple[str, str, int]]) -> list[object]:
    """One case for each point: the ending, where events count, and which part of them is let through."""
    return [
        pytest.param(ending, below, point / points, id=f"{ending}-{below}-{point} of {points}")
        for ending, below, points in rows
        for point in range(1, points + 1)
    ]


@pytest.fixture(params=["clean", "conflict"])
def undisturbed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """Made once for each ending in this process: pytest would make a module's anew whenever the parameter changes."""
    if request.param not in _MADE:
        _MADE[request.param] = _run_undisturbed(request.param, tmp_path_factory.mktemp("undisturbed"))
    return _MADE[request.param]


_MADE: dict[str, Undisturbed] = {}


def _run_undisturbed(ending: str, place: Path) -> Undisturbed:
    (place / "made").mkdir()
    project = made(place / "made", conflict=ending == "conflict")
    copies = {below: copy(project, place / str(number)) for number, below in enumerate((WHOLE, SWAP))}
    runs = {below: Command(there, there.parent / below).run(*UPDATE) for below, there in copies.items()}
    assert state(copies[WHOLE]) == state(copies[SWAP])
    events = {below: run.events for below, run in runs.items()}
    assert min(events.values()) > max(points for _, _, points in KILLS)
    left = runs[WHOLE].errors.partition("left to you:\n")[2].partition("\nevents:")[0]
    return Undisturbed(project, state(project), state(copies[WHOLE]), runs[WHOLE].code, left, events)


def test_an_undisturbed_update_ends_in_conflicts_or_not_at_all(undisturbed: Undisturbed) -> None:
    conflicts = [line for line in undisturbed.new.status.splitlines() if line.startswith("UU")]
    assert (undisturbed.code, conflicts) in [(DONE, []), (FINDINGS, [f"UU {CONFLICT[0]}"])]
    assert undisturbed.old != undisturbed.new


def _stopped(
    undisturbed: Undisturbed, place: Path, below: str, part: float, sent: signal.Signals
) -> tuple[Path, Ended]:
    """A copy of the project in which a run got a signal at one of its events."""
    project = copy(undisturbed.project, place / "it")
    at = max(1, round(undisturbed.events[below] * part))
    return project, Command(project, project.parent / below).run(*UPDATE, at=at, sent=sent)


@pytest.mark.slow
@pytest.mark.parametrize(("undisturbed", "below", "part"), _points(KILLS), indirect=["undisturbed"])
def test_killed_at_any_moment_it_is_old_or_new_or_one_command_finishes_or_undoes_it(
    undisturbed: Undisturbed,
    below: str,
    part: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project, killed = _stopped(undisturbed, tmp_path, below, part, signal.SIGKILL)
    assert killed.code == -signal.SIGKILL, killed.errors
    _is_whole_or_can_be_made_so(undisturbed, project, monkeypatch, capsys)


def _is_whole_or_can_be_made_so(
    undisturbed: Undisturbed, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pending = journal.pending(project)
    here = Here(project, monkeypatch, capsys)
    if pending is None:
        _is_old_or_new(undisturbed, here)
    elif pending.state == "conflicts":
        assert state(project) == undisturbed.new
        assert here.run("update", "--abort")[0] == DONE
        assert state(project) == undisturbed.old
    else:
        _every_command_says_what_is_pending(here)
        _one_command_undoes_it(undisturbed, here, project.parent.with_name("undone"))
        _one_command_finishes_it(undisturbed, here)


def _is_old_or_new(undisturbed: Undisturbed, here: Here) -> None:
    """Nothing is pending; what the killed run left is swept by the next one."""
    now = state(here.project)
    seen = State(_without_leftovers(now.files), now.index, now.status)
    assert seen == undisturbed.old or (seen == undisturbed.new and undisturbed.code == DONE)
    assert here.run(*UPDATE)[0] == undisturbed.code
    assert state(here.project) == undisturbed.new
    left = [path for path in here.project.glob(".celery-scaffold/.*") if undisturbed.code == DONE]
    assert left == []


def _without_leftovers(files: Snapshot) -> Snapshot:
    """Without what a journal was being written as, or removed as; git ignores it."""
    return {
        path: found
        for path, found in files.items()
        if not path.startswith((".celery-scaffold/.pending-", ".celery-scaffold/.done-"))
    }


def _every_command_says_what_is_pending(here: Here) -> None:
    before = state(here.project)
    for command in (["check"], ["check", "--json"], ["diff"], list(UPDATE), ["update", "--dry-run"]):
        code, said = here.run(*command)
        assert code == (FINDINGS if command[0] == "check" else MISTAKE)
        assert "an update of this project was interrupted" in said
        assert ABOUT_IT in said
    assert state(here.project) == before


def _one_command_undoes_it(undisturbed: Undisturbed, here: Here, place: Path) -> None:
    there = Here(copied(here.project.parent, place) / here.project.name, here.monkeypatch, here.capsys)
    code, said = there.run("update", "--abort")
    assert (code, said) == (DONE, "undone: every file is as it was before the update\n")
    assert state(there.project) == undisturbed.old
    assert there.run("update", "--abort")[0] == MISTAKE, "nothing is pending any more"


def _one_command_finishes_it(undisturbed: Undisturbed, here: Here) -> None:
    code, said = here.run("update", "--continue")
    assert code == undisturbed.code, said
    assert state(here.project) == undisturbed.new
    if undisturbed.code == DONE:
        assert said == f"finished: the update is complete\nleft to you:\n{undisturbed.left}"
        assert here.run("check")[0] == DONE
    else:
        assert said == f"open: 1 file to resolve\n  {CONFLICT[0]}\n"


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("undisturbed", "below", "part"), _points(STOPS), indirect=["undisturbed"])
def test_asked_to_stop_it_tells_the_truth(
    undisturbed: Undisturbed, below: str, part: float, sent: signal.Signals, tmp_path: Path
) -> None:
    project, stopped = _stopped(undisturbed, tmp_path, below, part, sent)
    assert "Traceback" not in stopped.errors
    assert os.listdir(project.parent / "tmp") == []
    if stopped.code == undisturbed.code:
        assert state(project) == undisturbed.new
        return
    assert stopped.code == SIGNALLED + sent
    said = "interrupted" if sent is signal.SIGINT else f"stopped by {sent.name}"
    assert f"{said}: nothing was written\n" in stopped.errors
    assert state(project) == undisturbed.old
    assert journal.pending(project) is None


# --- a full disk ---------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes; skips the test where this user may mount none."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(disk)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"mount is not permitted, and a full disk needs one: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        os.chdir(tmp_path)
        subprocess.run(["umount", str(disk)], check=True)


def _fill(disk: Path, free: int) -> None:
    """Leave so many bytes."""
    with (disk / "full").open("wb") as file:
        left = shutil.disk_usage(disk).free - free
        assert left > 0
        file.write(b"x" * left)


# Bytes that are free; the last is not enough for the whole journal, the first for nothing at all.
FREE = (0, 4096, 65_536, 300_000, 600_000)


@pytest.mark.parametrize("free", FREE)
def test_a_full_disk_of_temporary_files_changes_nothing(
    free: int,
    undisturbed: Undisturbed,
    small_disk: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = copy(undisturbed.project, tmp_path / "it")
    _fill(small_disk, free)
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    code, said = Here(project, monkeypatch, capsys).run(*UPDATE)
    _is_refused_for_want_of_space(code, said)
    assert os.listdir(small_disk) == ["full"]
    assert state(project) == undisturbed.old
    assert journal.pending(project) is None


@pytest.mark.parametrize("free", FREE)
def test_a_full_disk_of_the_project_changes_nothing(
    free: int,
    undisturbed: Undisturbed,
    small_disk: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = copy(undisturbed.project, small_disk / "it")
    _fill(small_disk, free)
    code, said = Here(project, monkeypatch, capsys).run(*UPDATE)
    _is_refused_for_want_of_space(code, said)
    assert state(project) == undisturbed.old
    assert journal.pending(project) is None
    (small_disk / "full").unlink()
    assert main(list(UPDATE)) == undisturbed.code
    assert state(project) == undisturbed.new


def _is_refused_for_want_of_space(code: int, said: str) -> None:
    assert code == MISTAKE, said
    assert "no space left on device" in said.lower()
    assert "nothing was changed" in said or "nothing was written" in said
