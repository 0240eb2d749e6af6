"""What update, add, remove, check and diff have to say: lines for people, and the same facts for programs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold import __version__
from celery_scaffold.outcomes import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celery_scaffold.inspection import Checked
    from celery_scaffold.outcomes import Outcome
    from celery_scaffold.pending import Resumed
    from celery_scaffold.plan import Json
    from celery_scaffold.regenerate import Updated

# Kind of outcome → the word for the group, what is said behind the number of its files, the colour, and the reason that
# is so usual in it that no line repeats it.
GROUPS = {
    Kind.CONFLICT: ("conflict", "to look at", "red", ""),
    Kind.MERGED: ("merged", "with your edits in them", "green", "both sides changed it"),
    Kind.ADDED: ("added", "", "green", "new in the template"),
    Kind.UPDATED: ("updated", "that you had not edited", "green", "changed in the template"),
    Kind.DELETED: ("deleted", "that you had not edited", "yellow", "no longer in the template"),
    Kind.KEPT: ("kept", "", "cyan", ""),
    Kind.SKIPPED: ("skipped", "", "yellow", ""),
}
# A group of more is cut: the rest is in --json.
_MOST = 40
_MOST_IN_A_SENTENCE = 3
Styled = tuple[str, str]


def updated_lines(result: Updated) -> list[Styled]:
    """The outcome of an update: lines, each with the colour of its first word."""
    lines: list[Styled] = []
    for kind, (word, meaning, colour, usual) in GROUPS.items():
        group = [outcome for outcome in result.outcomes if outcome.kind is kind and not _is_idle(outcome, result)]
        if group:
            lines += [(f"{word}: {_counted(len(group), 'file')} {meaning}".rstrip(), colour), *_group(group, usual)]
    if lines:
        return lines
    if result.is_recorded:
        return [("nothing to merge: your files have it all already, only .celery-scaffold/ is new", "green")]
    return [("nothing to change: the project is up to date", "green")]


def _is_idle(outcome: Outcome, result: Updated) -> bool:
    """Whether the owner's file has already what the template brings."""
    usual = GROUPS[Kind.MERGED][-1]
    return outcome.kind is Kind.MERGED and outcome.reason == usual and outcome.path not in result.changed


def _group(outcomes: Sequence[Outcome], usual: str) -> list[Styled]:
    width = min(60, max(len(outcome.path) for outcome in outcomes[:_MOST]))
    reasons = (outcome.reason.removeprefix(usual).removeprefix("; ") for outcome in outcomes)
    rows = zip(outcomes, reasons, strict=True)
    return _cut([(f"  {outcome.path.ljust(width)}  {reason}".rstrip(), "") for outcome, reason in rows])


def _cut(lines: list[Styled]) -> list[Styled]:
    """As many as people read."""
    more = len(lines) - _MOST
    return lines if more <= 0 else [*lines[:_MOST], (f"  … and {more} more; --json names all", "")]


def next_lines(result: Updated) -> list[str]:
    """What to do now, in order."""
    lines = []
    if result.conflicts and result.written:
        names = _named([conflict.path for conflict in result.conflicts])
        lines.append(f"resolve {names}, then `celery-scaffold update --continue`; or `--abort`, which undoes it all")
    lines += result.steps
    return lines


def updated_facts(result: Updated) -> dict[str, Json]:
    """The outcome of an update for a program."""
    return {
        "project": str(result.root),
        "written": result.written,
        "from_version": result.from_version,
        "files": [
            {"path": outcome.path, "outcome": outcome.kind.value, "reason": outcome.reason}
            for outcome in result.outcomes
        ],
        "changed": list(result.changed),
        "conflicts": [outcome.path for outcome in result.conflicts],
        "set_aside": list(result.set_aside),
        "steps": list(result.steps),
        "before_you_deploy": list(result.notes),
        "warnings": [
            {"id": warning.id, "problem": warning.problem, "remedy": warning.remedy} for warning in result.plan.warnings
        ],
        "accepted": [
            {"id": finding.id, "problem": finding.problem, "reason": finding.reason} for finding in result.plan.accepted
        ],
        "differences": result.differences or None,
    }


def resumed_lines(result: Resumed) -> list[Styled]:
    """The outcome of `--continue` and `--abort`."""
    if result.aborted:
        lines = [("undone: every file is as it was before the update", "green")]
    elif result.conflicts:
        lines = [(f"open: {_counted(len(result.conflicts), 'file')} to resolve", "red")]
        lines += [(f"  {path}", "") for path in result.conflicts]
    else:
        lines = [("finished: the update is complete", "green")]
    return lines + [(f"kept aside: {path}, which was edited meanwhile", "yellow") for path in result.kept]


def resumed_facts(result: Resumed) -> dict[str, Json]:
    """The outcome of `--continue` and `--abort` for a program."""
    return {
        "project": str(result.root),
        "aborted": result.aborted,
        "conflicts": list(result.conflicts),
        "kept_aside": list(result.kept),
        "steps": list(result.steps),
    }


def checked_lines(result: Checked) -> list[Styled]:
    """The state of a project."""
    lines: list[Styled] = [(f"problem: {problem}", "red") for problem in result.problems]
    if result.outdated:
        now = "the templates are others now" if result.rendered_by == __version__ else f"this is {__version__}"
        lines.append((f"outdated: rendered by celery-scaffold {result.rendered_by}, {now}", "yellow"))
    if result.changed_answers:
        lines.append((f"not applied: celery-scaffold.toml was edited: {', '.join(result.changed_answers)}", "yellow"))
    if result.edited:
        lines.append((f"edited: {_counted(len(result.edited), 'file')}; updates keep your edits", "cyan"))
    lines += _cut([(f"moved: {old} is {new}; updates follow it", "cyan") for old, new in result.moved])
    lines += _cut([(f"deleted: {path}; it stays deleted", "cyan") for path in result.gone])
    lines += [(f"warning {finding.id}: {finding.problem}; {finding.remedy}", "yellow") for finding in result.warnings]
    lines += [(f"accepted {finding.id}: {finding.reason}", "cyan") for finding in result.accepted]
    if result.is_current:
        lines.append((f"up to date with celery-scaffold {result.rendered_by}", "green"))
    elif result.outdated or result.changed_answers:
        lines.append(("next: `celery-scaffold update`; with --dry-run it shows what it would do", ""))
    return lines


def checked_facts(result: Checked) -> dict[str, Json]:
    """The state of a project for a program."""
    return {
        "project": str(result.root),
        "up_to_date": result.is_current,
        "rendered_by": result.rendered_by,
        "outdated": result.outdated,
        "changed_answers": list(result.changed_answers),
        "gone": list(result.gone),
        "moved": dict(result.moved),
        "edited": list(result.edited),
        "problems": list(result.problems),
        "warnings": [warning.id for warning in result.warnings],
        "accepted": {finding.id: finding.reason for finding in result.accepted},
    }


def _named(paths: Sequence[str]) -> str:
    """The first few paths in a sentence."""
    left = len(paths) - _MOST_IN_A_SENTENCE
    return ", ".join(paths) if left <= 0 else f"{', '.join(paths[:_MOST_IN_A_SENTENCE])} and {left} more"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
