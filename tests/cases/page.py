"""docs/rivals.md: what was counted, the table, and the kills, as text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.running import CALIBRATIONS
from cases.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cases.running import Kills
    from cases.verdict import Finding

Column = dict[str, list["Finding"]]  # the case's name → what came of each run

_HEAD = """\
# One table of updates, and what each tool makes of it

Written by `scripts/rivals --write` on {date}. Every case was run {repeats} with every tool; where two runs differed,
the cell says so. {versions}.

**How.** A case is a template in two versions, what the owner did in between, and what must hold afterwards; all of them
are data in `tests/cases/`, and none knows which tool it is run with. Each tool is used as its documentation says: the
template is a git repository with a commit (for copier: a tag) for each version; the project is made from the first,
committed, edited, and committed again, so that the work tree is clean; then comes the second version, and one command:
`copier update --defaults --trust`, `cruft update -y`, `celery-scaffold update`. Something is uncommitted or ignored
only where the case is about it. All files are copied as they are, so nothing is about template languages. An option is
a folder with a condition in its name (copier) or one that a hook removes (cruft). celery-scaffold renders only its own
templates, so it takes the trees of the cases in place of what it would render (`tests/cases/own.py`); the rest of it is
the tool.

**What is counted** is the tree that the tool leaves. What was committed before is still in git's history, whatever a
tool does to the tree, and `git diff` shows what is gone: *LOST* means that the tree has nothing left of it. Where
the exit code is not 0 or the output names a file of the case, the cell says that. What was never committed is gone for
good, and the cell says that as well.

| verdict | meaning |
|---|---|
| kept | the owner's work is there, and so is the template's change; or the tool names the file where it is not |
| conflict reported | both are there, between markers or in a file aside, and the exit code is not 0 |
| refused | the exit code is not 0, and nothing was changed: right where something is uncommitted or does not read |
| conflict, exit 0 | the same, or a change that could not be made and is named, but the exit code is 0 |
| dropped silently | the template's change is not there, the exit code is 0, and the output does not name the file |
| half-updated | an error, and some of the tree is changed |
| LOST | work of the owner's is nowhere in the tree, not in a `.rej` or `.orig` either, or was undone |
"""

_KILLED = """
## Killed

SIGKILL for the tool and everything it started, at {points} evenly spaced moments of the CPU time that an update takes
(the median of {calibrations}); each starts from a fresh copy of one project of 90 files, of which the new version
changes 30, adds 5 and removes 5, and the owner edited 10. *old* and *new* are exactly the tree before, and that of an
update which is not killed, the tool's own record included; *half* is any other. What git ignores and the next run
removes is not compared, nor is git's own folder; *locked* counts the `index.lock` left in it. *Finished* is a half tree
that the tool's own command (`celery-scaffold update --continue`) made an old or a new one.

| tool | CPU time of an update | old | new | half | half, and then finished by the tool | locked |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Measured:
    """One tool's column.

    Attributes:
        name: how the table calls it.
        version: with everything worth naming.
        findings: what came of the cases.
        kills: what came of the kills.
    """

    name: str
    version: str
    findings: Column
    kills: Kills


def page(date: str, setting: str, repeats: int, cases: Sequence[str], columns: Sequence[Measured]) -> str:
    """The whole page."""
    versions = ", ".join([*(column.version for column in columns), setting])
    times = {1: "once", 2: "twice"}.get(repeats, f"{repeats} times")
    parts = [_HEAD.format(date=date, versions=versions, repeats=times), _totals(columns), _table(cases, columns)]
    points = columns[0].kills.points
    killed = [_KILLED.format(points=points, calibrations=CALIBRATIONS)]
    return "".join([*parts, *killed, *(f"{_killed(column.name, column.kills)}\n" for column in columns)])


def worst(findings: Sequence[Finding]) -> Verdict:
    """The worst of several runs: a case counts once, as that."""
    order = list(Verdict)
    return max((finding.verdict for finding in findings), key=order.index)


def _totals(columns: Sequence[Measured]) -> str:
    counted = {column.name: Counter(worst(runs) for runs in column.findings.values()) for column in columns}
    rows = [f"| {verdict.value} | {_cells(counted, verdict)} |" for verdict in Verdict]
    return "\n".join(["", *_header(["cases that ended so"], columns), *rows, ""])


def _cells(counted: Mapping[str, Counter[Verdict]], verdict: Verdict) -> str:
    return " | ".join(str(counter[verdict]) for counter in counted.values())


def _table(cases: Sequence[str], columns: Sequence[Measured]) -> str:
    rows = [f"| {name} | {' | '.join(_cell(column.findings[name]) for column in columns)} |" for name in cases]
    return "\n".join(["", "## Case by case", "", *_header(["case"], columns), *rows, ""])


def _header(first: Sequence[str], columns: Sequence[Measured]) -> list[str]:
    names = [*first, *(column.name for column in columns)]
    return [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]


def _cell(findings: Sequence[Finding]) -> str:
    verdicts = Counter(finding.verdict for finding in findings)
    if len(verdicts) > 1:
        return ", ".join(f"{verdict.value} ({count}×)" for verdict, count in verdicts.items())
    verdict, reason = findings[0].verdict, findings[0].reason
    label = f"**{verdict.value}**" if verdict in {Verdict.LOST, Verdict.DROPPED, Verdict.HALF} else verdict.value
    return f"{label}: {reason}" if reason else label


def _killed(name: str, found: Kills) -> str:
    finished = "it documents no way" if found.recovered is None else str(found.recovered)
    trees = " | ".join(str(found.trees[state]) for state in ("old", "new", "half"))
    return f"| {name} | {found.seconds:.2f} s | {trees} | {finished} | {found.locked} |"
