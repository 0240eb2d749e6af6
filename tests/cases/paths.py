"""Cases of where files are: deleted, moved, renamed, switched off, of another kind, executable."""

from __future__ import annotations

import os
from pathlib import Path

from cases.case import Case, deletes, git, in_turn, moves, replaces, text, writes
from cases.texts import APP, APP2, EDIT, NEW, OWN, V1, V2

README2 = b"# Two\n"
ONLY_README = {"README.md": README2}
EXTRAS = {"extras/edited.py": text(), "extras/plain.py": text("0=plain = 0")}
OWN_EXTRA = b"line_3 = 'mine, in an option'\n"


def executable(project: Path) -> None:
    (project / "app.py").chmod(0o755)


def stays_executable(project: Path) -> str:
    return "" if os.access(project / "app.py", os.X_OK) else "app.py is no longer executable"


def links(project: Path) -> None:
    """The owner keeps the file elsewhere and has a link in its place."""
    (project / "own").mkdir()
    (project / "app.py").rename(project / "own" / "app.py")
    (project / "app.py").symlink_to("own/app.py")


def stays_a_link(project: Path) -> str:
    return "" if (project / "app.py").is_symlink() else "app.py is no longer a symbolic link"


CASES = (
    Case(
        "owner deleted, template changed",
        APP,
        {**APP2, "README.md": README2},
        deletes("app.py"),
        arrives=(NEW, README2),
        told=True,
        deleted=("app.py",),
    ),
    Case(
        "owner deleted, template did not change",
        APP,
        {**APP, "README.md": README2},
        deletes("app.py"),
        arrives=(README2,),
        deleted=("app.py",),
    ),
    Case(
        "template deleted, owner edited",
        APP,
        ONLY_README,
        EDIT,
        owned=(OWN,),
        arrives=(README2,),
        named=("app.py",),
    ),
    Case(
        "template deleted, owner did nothing",
        APP,
        ONLY_README,
        arrives=(README2,),
        removed=("app.py",),
    ),
    Case(
        "template renamed, owner edited",
        APP,
        {"README.md": b"# One\n", "main.py": V2},
        EDIT,
        owned=(OWN,),
        arrives=(NEW,),
    ),
    Case(
        "template moved to a folder, owner edited",
        APP,
        {"README.md": b"# One\n", "src/app.py": V2},
        EDIT,
        owned=(OWN,),
        arrives=(NEW,),
    ),
    Case(
        "template renamed in case only, owner edited",
        APP,
        {"README.md": b"# One\n", "App.py": V2},
        EDIT,
        owned=(OWN,),
        arrives=(NEW,),
    ),
    Case(
        "owner renamed, template changed",
        APP,
        APP2,
        moves("app.py", "own_name.py"),
        arrives=(NEW,),
        deleted=("app.py",),
    ),
    Case(
        "owner moved and edited, template changed",
        APP,
        APP2,
        in_turn(EDIT, moves("app.py", "own/place/app.py")),
        owned=(OWN,),
        arrives=(NEW,),
        deleted=("app.py",),
    ),
    Case(
        "owner moved a folder, template added a file to it",
        {"jobs/one.py": V1, "jobs/two.py": text("0=two = 2")},
        {"jobs/one.py": V2, "jobs/two.py": text("0=two = 2"), "jobs/three.py": text("0=three = 3")},
        moves("jobs", "own_jobs"),
        arrives=(NEW, b"three = 3\n"),
        deleted=("jobs/one.py", "jobs/two.py"),
    ),
    Case(
        "both renamed, to different names",
        APP,
        {"README.md": b"# One\n", "main.py": V2},
        in_turn(EDIT, moves("app.py", "own_name.py")),
        owned=(OWN,),
        arrives=(NEW,),
        deleted=("app.py",),
        both=True,
    ),
    Case(
        "both renamed, to the same name",
        APP,
        {"README.md": b"# One\n", "main.py": V2},
        in_turn(EDIT, moves("app.py", "main.py")),
        owned=(OWN,),
        arrives=(NEW,),
        deleted=("app.py",),
    ),
    Case(
        "file becomes a folder, owner edited",
        {"config": V1, "README.md": b"# One\n"},
        {"config/main.cfg": text("0=main = 1"), "README.md": README2},
        replaces("config", b"line_3 = 3\n", OWN),
        owned=(OWN,),
        arrives=(b"main = 1\n", README2),
        both=True,
    ),
    Case(
        "folder becomes a file, owner edited a file in it",
        {"config/main.cfg": V1, "README.md": b"# One\n"},
        {"config": text("0=main = 1"), "README.md": README2},
        in_turn(replaces("config/main.cfg", b"line_3 = 3\n", OWN), writes("config/own.cfg", b"own_file = 1\n")),
        owned=(OWN, b"own_file = 1\n"),
        arrives=(b"main = 1\n", README2),
        both=True,
    ),
    Case(
        "executable bit, set by the owner",
        APP,
        APP2,
        executable,
        arrives=(NEW,),
        holds=stays_executable,
    ),
    Case(
        "symbolic link in place of a file, by the owner",
        APP,
        {**APP2, "README.md": README2},
        links,
        owned=(b"line_3 = 3\n",),
        arrives=(README2, NEW),
        told=True,
        holds=stays_a_link,
    ),
    Case(
        "option switched off, its files edited",
        {**APP, **EXTRAS},
        APP2,
        replaces("extras/edited.py", b"line_3 = 3\n", OWN_EXTRA),
        option="extras",
        owned=(OWN_EXTRA,),
        arrives=(NEW,),
        removed=("extras/plain.py",),
        named=("extras/edited.py",),
    ),
)


def submodule(project: Path) -> None:
    """A repository of the owner's inside the project."""
    library = project.parent / "library"
    library.mkdir(exist_ok=True)
    git(library, "init", "--quiet")
    (library / "library.py").write_bytes(b"library = 'mine'\n")
    git(library, "add", "--all")
    git(library, "commit", "--quiet", "--message", "library")
    git(project, "submodule", "add", "--quiet", str(library), "vendor/library")
