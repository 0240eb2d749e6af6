"""Whatever an owner did, whatever is answered anew: no line of theirs is lost, a second update has nothing to do.

500 cases in CI; `SCAFFOLD_CASES=5000 pytest tests/update/test_property.py` tries more.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, given, seed, settings

from celery_scaffold import journal, regenerate
from celery_scaffold.errors import MISTAKE, ScaffoldError
from celery_scaffold.outcomes import Outcome
from celery_scaffold.pending import abort, resume, unresolved
from celery_scaffold.record import ANSWERS_FILE
from celery_scaffold.regenerate import Updated

from update import pristine
from update.disk import Snapshot, copied, read_tree, snapshot, staged, status
from update.histories import CASE, Case, Project
from update.judging import Judge

CASES = int(os.environ.get("SCAFFOLD_CASES", "500"))
SHARDS = 4
# Of processor time, own and of git, for each case; where this was measured it was a quarter of that.
CPU_SECONDS_A_CASE = 0.8
# Of the cases; without them the test would try little.
LEAST_CONFLICTS, LEAST_ACCEPTED = 0.15, 0.8
OPENING = b"<<<<<<< your project"


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
    project = Project(case, place)
    before = project.seen()
    try:
        updated = regenerate.update(project.root, project.change)
    except ScaffoldError as error:
        _refused(project, before, error)
        return "refused"
    after = read_tree(project.root)
    Judge(project, updated, after).judge()
    assert snapshot(place / "beside", without=()) == project.beside, "nothing outside the project"
    if updated.conflicts:
        _aborted(project, before)
        _resolved(project, updated)
    assert journal.pending(project.root) is None
    _second(project)
    return "conflicts" if updated.conflicts else "merged"


def _refused(project: Project, before: tuple[Snapshot, str, str], error: ScaffoldError) -> None:
    """It is told as a mistake of the owner's, and nothing has changed."""
    assert error.exit_code == MISTAKE, error
    assert project.seen() == before
    assert journal.pending(project.root) is None


# --- conflicts, and the update after this one ----------------------------------------------------------


def _aborted(project: Project, before: tuple[Snapshot, str, str]) -> None:
    """On a copy: an abort brings back every byte, every mode and git's index."""
    here = project.root.parent
    copy = copied(here, here.with_name("copy")) / "shop"
    try:
        assert abort(copy).kept == ()
        assert (snapshot(copy), staged(copy), status(copy)) == before
        assert journal.pending(copy) is None
    finally:
        shutil.rmtree(copy.parent)


def _resolved(project: Project, updated: Updated) -> None:
    """The owner takes their own side; of the answers, the new one, which is what the record is of."""
    paths = [conflict.path for conflict in updated.conflicts]
    with pytest.raises(ScaffoldError, match="open conflicts"):
        regenerate.update(project.root)
    assert set(resume(project.root).conflicts) == set(paths)
    for conflict in updated.conflicts:
        _resolve(project, conflict)
    assert resume(project.root).conflicts == ()


def _resolve(project: Project, conflict: Outcome) -> None:
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


def _second(project: Project) -> None:
    before = project.seen()
    again = regenerate.update(project.root)
    assert (again.changed, again.conflicts) == ((), ())
    assert project.seen() == before
    assert journal.pending(project.root) is None
