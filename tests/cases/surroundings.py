"""Cases of what else is in the project: files in the way, ignored ones, many, a submodule, branches, answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.case import Case, Outcome, Update, commit, git, in_turn, text, write, writes
from cases.paths import submodule
from cases.texts import APP, APP2, EDIT, NEW, OWN

if TYPE_CHECKING:
    from pathlib import Path

IN_THE_WAY = {**APP2, "local.py": b"local = 'theirs'\n" * 5}
SECRETS = b"PASSWORD=own-secret\n"
ENVIRONMENT = {".gitignore": b".env\n", ".env": b"PASSWORD=\nLEVEL=info\nHOST=\nPORT=\nNAME=\nQUEUES=\n"}
ENVIRONMENT2 = {**ENVIRONMENT, ".env": ENVIRONMENT[".env"] + b"ADDED=theirs\n"}
MISTAKE = b"\n= = a mistake of the owner's (\n"


def many(project: Path) -> None:
    """Two thousand files of the owner's beside ours, and one edit."""
    for number in range(2_000):
        write(project, f"own/{number % 40}/{number}.txt", b"own file %d\n" % number)
    EDIT(project)


def two_branches(project: Path, update: Update) -> Outcome:
    """Both branches have work of their own and are updated; then one is merged into the other, and updated again."""
    git(project, "checkout", "--quiet", "-b", "side")
    write(project, "side.py", b"side = 'mine'\n")
    commit(project, "work on the side")
    update(project)
    commit(project, "the update on the side")
    git(project, "checkout", "--quiet", "-")
    EDIT(project)
    commit(project, "work on the trunk")
    update(project)
    commit(project, "the update on the trunk")
    merged = git(project, "merge", "--quiet", "--no-edit", "side", check=False)
    if merged.returncode:
        return Outcome(merged.returncode, (merged.stdout + merged.stderr).decode())
    return update(project)


CASES = (
    Case(
        "2,000 files of the owner's beside",
        APP,
        APP2,
        many,
        owned=(OWN,),
        arrives=(NEW,),
        same=("own/0/0.txt", "own/39/1999.txt"),
    ),
    Case(
        "submodule of the owner's inside",
        APP,
        APP2,
        submodule,
        owned=(b"library = 'mine'\n",),
        arrives=(NEW,),
        same=("vendor/library/library.py", ".gitmodules"),
    ),
    Case(
        "untracked file of the owner's in the way",
        APP,
        IN_THE_WAY,
        uncommitted=writes("local.py", b"local = 'mine'\n"),
        owned=(b"local = 'mine'\n",),
        arrives=(NEW, b"local = 'theirs'\n"),
        told=True,
        same=("local.py",),
    ),
    Case(
        "git-ignored file of the owner's in the way",
        APP,
        IN_THE_WAY,
        writes(".gitignore", b"local.py\n"),
        uncommitted=writes("local.py", b"local = 'mine'\n"),
        owned=(b"local = 'mine'\n",),
        arrives=(NEW, b"local = 'theirs'\n"),
        told=True,
        same=("local.py",),
    ),
    Case(
        "git-ignored folder of the owner's where a file comes",
        APP,
        IN_THE_WAY,
        writes(".gitignore", b"local.py/\n"),
        uncommitted=writes("local.py/data.db", b"local = 'mine'\n"),
        owned=(b"local = 'mine'\n",),
        arrives=(NEW, b"local = 'theirs'\n"),
        told=True,
        same=("local.py/data.db",),
    ),
    Case(
        "ignored `.env` with the owner's secrets, template changed it",
        ENVIRONMENT,
        ENVIRONMENT2,
        uncommitted=writes(".env", ENVIRONMENT[".env"].replace(b"PASSWORD=\n", SECRETS)),
        owned=(SECRETS,),
        arrives=(b"ADDED=theirs",),
        told=True,
    ),
    Case(
        "ignored `.env` with the owner's secrets, template changed others",
        {**APP, **ENVIRONMENT},
        {**APP2, **ENVIRONMENT},
        uncommitted=writes(".env", ENVIRONMENT[".env"].replace(b"PASSWORD=\n", SECRETS)),
        owned=(SECRETS,),
        arrives=(NEW,),
        same=(".env",),
    ),
    Case(
        "tracked file with an uncommitted edit",
        APP,
        APP2,
        uncommitted=EDIT,
        owned=(OWN,),
        arrives=(NEW,),
    ),
    Case(
        "file of answers with a mistake in it",
        APP,
        APP2,
        EDIT,
        mistake=MISTAKE,
        owned=(OWN, MISTAKE.strip()),
        arrives=(NEW,),
    ),
    Case(
        "two branches that both updated",
        APP,
        APP2,
        run=two_branches,
        owned=(OWN, b"side = 'mine'\n"),
        arrives=(NEW,),
    ),
    Case(
        "owner's file has the new template's name, in a new folder",
        APP,
        {**APP2, "jobs/nightly.py": text("0=nightly = 1")},
        in_turn(EDIT, writes("jobs", b"not a folder, but mine\n")),
        owned=(OWN, b"not a folder, but mine\n"),
        arrives=(NEW, b"nightly = 1\n"),
        told=True,
    ),
)
