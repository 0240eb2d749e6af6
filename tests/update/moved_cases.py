"""The rows about files that one side or both have moved, and about files that become directories."""

from __future__ import annotations

from update.cases import BOTH, BOTTOM, DROPPED, KEPT, NEW, STAYS_DELETED, TOP, Case, L
from update.projects import lines

OTHER = lines(21, 29)
MOVED = ("kept", "no longer in the template; you moved it")
CANNOT = "new in the template, but "

RENAMES = {
    "the template renamed it, the owner edited it": Case(
        {"a.txt": L}, {"d/b.txt": L}, {"d/b.txt": BOTTOM}, {"d/b.txt": ("merged", "moved from a.txt")},
        {"a.txt": BOTTOM},
    ),
    "the template renamed it, nobody edited it": Case(
        {"d/a.txt": L}, {"b.txt": L}, {"b.txt": L}, {"d/a.txt": DROPPED, "b.txt": NEW}
    ),
    "the template renamed and changed it, the owner edited it": Case(
        {"a.txt": L}, {"b.txt": TOP}, {"b.txt": BOTH},
        {"b.txt": ("merged", "both sides changed it; moved from a.txt")}, {"a.txt": BOTTOM},
    ),
    "the owner renamed it, the template changed it": Case(
        {"a.txt": L}, {"a.txt": TOP}, {"mine.txt": TOP},
        {"mine.txt": ("updated", "changed in the template; you moved it from a.txt")}, moves={"a.txt": "mine.txt"},
    ),
    "the owner renamed and edited it, the template changed it": Case(
        {"a.txt": L}, {"a.txt": TOP}, {"d/mine.txt": BOTH},
        {"d/mine.txt": ("merged", "both sides changed it; you moved it from a.txt")},
        {"d/mine.txt": BOTTOM}, moves={"a.txt": "d/mine.txt"},
    ),
    "the owner renamed it, the template drops it": Case(
        {"a.txt": L}, {}, {"mine.txt": L}, {"mine.txt": MOVED}, moves={"a.txt": "mine.txt"}
    ),
    "both renamed it, to different names": Case(
        {"a.txt": L}, {"b.txt": TOP}, {"mine.txt": BOTH},
        {"mine.txt": ("merged",
                      "both sides changed it; you and the template both moved a.txt: it stays where you put it")},
        {"mine.txt": BOTTOM}, moves={"a.txt": "mine.txt"},
    ),
    "both renamed it, to the same name": Case(
        {"a.txt": L}, {"b.txt": TOP}, {"b.txt": BOTH},
        {"b.txt": ("merged", "both sides changed it; you moved it from a.txt")},
        {"b.txt": BOTTOM}, moves={"a.txt": "b.txt"},
    ),
    # Only a migration is sure of a rename; two files may also just look alike.
    "the template has a new file like one that the owner deleted": Case(
        {"a.txt": L}, {"b.txt": TOP}, {"b.txt": TOP}, {"b.txt": NEW}, gone=("a.txt",)
    ),
    "the template renamed it, the owner has another file there": Case(
        {"a.txt": L}, {"b.txt": TOP}, {"a.txt": BOTH, "b.txt": "mine\n"},
        {"a.txt": ("merged", "the template moved it to b.txt, but a file of yours is there: it stays here")},
        {"a.txt": BOTTOM, "b.txt": "mine\n"},
    ),
    "the owner moved one file of the template to where a new one shall be": Case(
        {"a.txt": L}, {"a.txt": TOP, "b.txt": OTHER}, {"b.txt": TOP},
        {"b.txt": ("updated", "changed in the template; you moved it from a.txt")}, moves={"a.txt": "b.txt"},
        also=(("b.txt", "skipped", "you moved another file of the template there"),),
    ),
    "the template renamed a directory, the owner has files of their own in it": Case(
        {"d/a.txt": L, "d/b.txt": OTHER}, {"e/a.txt": L, "e/b.txt": OTHER},
        {"e/a.txt": BOTTOM, "e/b.txt": OTHER, "d/own.txt": "mine\n"},
        {"e/a.txt": ("merged", "moved from d/a.txt"), "d/b.txt": DROPPED, "e/b.txt": NEW},
        {"d/a.txt": BOTTOM, "d/own.txt": "mine\n"},
    ),
    "the owner renamed a directory": Case(
        {"d/a.txt": L, "d/b.txt": OTHER}, {"d/a.txt": TOP, "d/b.txt": OTHER}, {"e/a.txt": TOP, "e/b.txt": OTHER},
        {"e/a.txt": ("updated", "changed in the template; you moved it from d/a.txt")},
        moves={"d/a.txt": "e/a.txt", "d/b.txt": "e/b.txt"},
    ),
    "the template changed the case of a name": Case(
        {"readme.md": L}, {"README.md": L}, {"README.md": BOTTOM}, {"README.md": ("merged", "moved from readme.md")},
        {"readme.md": BOTTOM},
    ),
    "the owner changed the case of a name": Case(
        {"README.md": L}, {"README.md": TOP}, {"readme.md": TOP},
        {"readme.md": ("updated", "changed in the template; you moved it from README.md")},
        moves={"README.md": "readme.md"},
    ),
    "both changed the case of a name, differently": Case(
        {"readme.md": L}, {"README.md": TOP}, {"Readme.md": BOTH},
        {"Readme.md": (
            "merged",
            ("both sides changed it; "
             "you and the template both moved readme.md: it stays where you put it"),
        )},
        {"Readme.md": BOTTOM}, moves={"readme.md": "Readme.md"},
    ),
}  # fmt: skip

DIRECTORIES = {
    "a file becomes a directory": Case(
        {"a": L}, {"a/b.txt": OTHER}, {"a/b.txt": OTHER}, {"a": DROPPED, "a/b.txt": NEW}
    ),
    "a file becomes a directory, the owner edited it": Case(
        {"a": L}, {"a/b.txt": OTHER}, {"a": BOTTOM},
        {"a": KEPT, "a/b.txt": ("skipped", f"{CANNOT}a is no directory")}, {"a": BOTTOM},
    ),
    "a file moves into a directory of its name": Case(
        {"a": L}, {"a/b.txt": L}, {"a/b.txt": BOTTOM}, {"a/b.txt": ("merged", "moved from a")}, {"a": BOTTOM}
    ),
    "a file becomes a directory, but cannot go where it shall": Case(
        {"a": L}, {"b": L, "a/c.txt": OTHER}, {"a": BOTTOM, "b": "mine\n"},
        {"a": ("skipped", "the template moved it to b, but a file of yours is there: it stays here"),
         "a/c.txt": ("skipped", f"{CANNOT}a is no directory")}, {"a": BOTTOM, "b": "mine\n"},
    ),
    "a directory becomes a file": Case(
        {"a/b.txt": L}, {"a": OTHER}, {"a": OTHER}, {"a": NEW, "a/b.txt": DROPPED}
    ),
    "a file moves out of a directory and takes its name": Case(
        {"a/b.txt": L}, {"a": L}, {"a": BOTTOM}, {"a": ("merged", "moved from a/b.txt")}, {"a/b.txt": BOTTOM}
    ),
    "a directory becomes a file, the owner has a file in it": Case(
        {"a/b.txt": L}, {"a": OTHER}, {"a/own.txt": "mine\n"},
        {"a": ("skipped", f"{CANNOT}a directory of yours is there"), "a/b.txt": DROPPED},
        {"a/own.txt": "mine\n"},
    ),
    "a directory becomes a file, the owner edited what is in it": Case(
        {"a/b.txt": L}, {"a": OTHER}, {"a/b.txt": BOTTOM},
        {"a": ("skipped", f"{CANNOT}a directory of yours is there"), "a/b.txt": KEPT}, {"a/b.txt": BOTTOM},
    ),
    "the owner made a directory of it, the template changed it": Case(
        {"a": L}, {"a": TOP}, {"a/own.txt": "mine\n"}, {"a": STAYS_DELETED}, {"a/own.txt": "mine\n"}, gone=("a",)
    ),
    "the owner moved it into a directory of its name, the template changed it": Case(
        {"a": L}, {"a": TOP}, {"a/a": TOP}, {"a/a": ("updated", "changed in the template; you moved it from a")},
        moves={"a": "away", "away": "a/a"},
    ),
    "the owner made a file of a directory, the template changed and added": Case(
        {"a/b.txt": L}, {"a/b.txt": TOP, "a/c.txt": OTHER}, {"a": "mine\n"},
        {"a/b.txt": STAYS_DELETED, "a/c.txt": ("skipped", f"{CANNOT}a is no directory")},
        {"a": "mine\n"}, gone=("a/b.txt",),
    ),
}  # fmt: skip
