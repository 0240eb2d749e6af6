"""The table of what becomes of a file: base, yours, new → result. Each row holds wherever the project lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from update.projects import as_file, lines, link, program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celery_scaffold.files import File

    from update.projects import Content, Project

L = lines(1, 9)
TOP, BOTTOM = lines(1, 9, l2="template's top"), lines(1, 9, l8="my bottom")
BOTH = lines(1, 9, l2="template's top", l8="my bottom")
MINE, THEIRS = lines(1, 9, l5="mine"), lines(1, 9, l5="theirs")
MARKED = (
    f"{lines(1, 4)}<<<<<<< your project\nmine\n||||||| previous template\nline 5\n=======\n"
    f"theirs\n>>>>>>> new template\n{lines(6, 9)}"
)
PICTURE, MY_PICTURE, NEW_PICTURE = (b"\x89PNG\0" + bytes([number]) * 50 for number in range(3))
BOM = b"\xef\xbb\xbf"
BOTH_CHANGED = ("merged", "both sides changed it")
SAME_LINES = ("conflict", "both sides changed the same lines")
CHANGED = ("updated", "changed in the template")
STAYS_DELETED = ("skipped", "you deleted it, the template changed: it stays deleted")
DROPPED, KEPT = ("deleted", "no longer in the template"), ("kept", "no longer in the template; you edited it")
BINARY = "both sides changed a binary file"
NEW = ("added", "new in the template")


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


@dataclass(frozen=True)
class Case:
    """One row.

    Attributes:
        base: what the template rendered.
        new: what it renders now.
        result: the owner's tree afterwards.
        outcomes: path → kind and reason.
        also: a second outcome of one path.
        edits: what the owner wrote.
        gone: what the owner deleted.
        moves: what the owner moved, old path → new path, before the edits.
        resolved: files that settle the conflicts; None of a file that has to go.
    """

    base: Mapping[str, Content]
    new: Mapping[str, Content]
    result: Mapping[str, Content]
    outcomes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    edits: Mapping[str, Content] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    moves: Mapping[str, str] = field(default_factory=dict)
    resolved: Mapping[str, Content | None] = field(default_factory=dict)
    also: tuple[tuple[str, str, str], ...] = ()

    @property
    def told(self) -> list[tuple[str, str, str]]:
        return sorted([*((path, *outcome) for path, outcome in self.outcomes.items()), *self.also])

    @property
    def conflicts(self) -> list[str]:
        return sorted(path for path, (kind, _) in self.outcomes.items() if kind == "conflict")

    def expected(self) -> dict[str, File]:
        return {path: as_file(content) for path, content in self.result.items()}

    def make_owner(self, project: Project) -> None:
        """Let the owner do what they did, beside a file of their own."""
        for old, new in self.moves.items():
            project.move(old, new)
        project.remove(*self.gone)
        project.edit(self.edits)


def one(base: Content, mine: Content, new: Content, result: Content, *outcome: str) -> Case:
    """A row about one file that stays where it is."""
    outcomes = {"a.txt": (outcome[0], outcome[1])} if outcome else {}
    return Case({"a.txt": base}, {"a.txt": new}, {"a.txt": result}, outcomes, {} if mine == base else {"a.txt": mine})


TEXTS = {
    "only the template changed it": one(L, L, TOP, TOP, *CHANGED),
    "only the owner changed it": one(L, BOTTOM, L, BOTTOM),
    "nobody changed it": one(L, L, L, L),
    "both changed different places": one(L, BOTTOM, TOP, BOTH, *BOTH_CHANGED),
    "both changed it alike": one(L, TOP, TOP, TOP),
    "both changed the same lines": Case(
        {"a.txt": L}, {"a.txt": THEIRS}, {"a.txt": MARKED}, {"a.txt": SAME_LINES}, {"a.txt": MINE},
        resolved={"a.txt": MINE},
    ),
    "the owner emptied it, the template changed it": Case(
        {"a.txt": "one\n"}, {"a.txt": "two\n"},
        {"a.txt": "<<<<<<< your project\n||||||| previous template\none\n=======\ntwo\n>>>>>>> new template\n"},
        {"a.txt": SAME_LINES}, {"a.txt": ""}, resolved={"a.txt": "two\n"},
    ),
    "an empty file gets content": one("", "", L, L, *CHANGED),
    "the template emptied it": one(L, L, "", "", *CHANGED),
    "it has a BOM of the owner's": one(L, BOM + L.encode(), TOP, BOM + TOP.encode(), *CHANGED),
    "it has a BOM, and both changed it": one(L, BOM + BOTTOM.encode(), TOP, BOM + BOTH.encode(), *BOTH_CHANGED),
    "it has CRLF, and the template changed it": one(L, crlf(L), TOP, crlf(TOP), *CHANGED),
    "it has CRLF, and nobody changed it": one(L, crlf(L), L, crlf(L)),
    "it has CRLF, and both changed it": one(L, crlf(BOTTOM), TOP, crlf(BOTH), *BOTH_CHANGED),
    "it has CRLF, and both changed the same lines": Case(
        {"a.txt": L}, {"a.txt": THEIRS}, {"a.txt": crlf(MARKED)}, {"a.txt": SAME_LINES}, {"a.txt": crlf(MINE)},
        resolved={"a.txt": crlf(MINE)},
    ),
    "it has both line ends": one(L, crlf(lines(1, 3)) + lines(4, 9).encode(), lines(1, 9, l8="new"),
                                 crlf(lines(1, 3)) + lines(4, 9, l8="new").encode(), *BOTH_CHANGED),
    "no newline at its end, on any side": one(L[:-1], BOTTOM[:-1], TOP[:-1], BOTH[:-1], *BOTH_CHANGED),
    "the owner took the newline at its end": one(L, L[:-1], TOP, TOP[:-1], *BOTH_CHANGED),
    "the template took the newline at its end": one(L, TOP, L[:-1], TOP[:-1], *BOTH_CHANGED),
    "the last lines differ, without newline": Case(
        {"a.txt": "one\ntwo"}, {"a.txt": "one\ntheirs"},
        {"a.txt": "one\n<<<<<<< your project\nmine\n||||||| previous template\ntwo\n=======\n"
                  "theirs\n>>>>>>> new template\n"},
        {"a.txt": SAME_LINES}, {"a.txt": "one\nmine"}, resolved={"a.txt": "one\nmine"},
    ),
    "it is not UTF-8": one(L, BOTTOM.encode() + b"caf\xe9\n", TOP, BOTH.encode() + b"caf\xe9\n", *BOTH_CHANGED),
    "both appended to a list of TOML": Case(
        {"a.toml": 'list = [\n  "a",\n]\n'}, {"a.toml": 'list = [\n  "a",\n  "theirs",\n]\n'},
        {"a.toml": 'list = [\n  "a",\n  "mine",\n  "theirs",\n]\n'}, {"a.toml": BOTH_CHANGED},
        {"a.toml": 'list = [\n  "a",\n  "mine",\n]\n'},
    ),
    "both added to a mapping of YAML": Case(
        {"a.yaml": "services:\n  web:\n    image: a\n"},
        {"a.yaml": "services:\n  web:\n    image: a\n  theirs:\n    image: b\n"},
        {"a.yaml": "services:\n  web:\n    image: a\n  mine:\n    image: c\n  theirs:\n    image: b\n"},
        {"a.yaml": BOTH_CHANGED},
        {"a.yaml": "services:\n  web:\n    image: a\n  mine:\n    image: c\n"},
    ),
}  # fmt: skip

WITHOUT_TEXT = {
    "the owner changed a binary file": one(PICTURE, MY_PICTURE, PICTURE, MY_PICTURE),
    "the template changed a binary file": one(PICTURE, PICTURE, NEW_PICTURE, NEW_PICTURE, *CHANGED),
    "both changed a binary file": Case(
        {"a.png": PICTURE}, {"a.png": NEW_PICTURE},
        {"a.png": MY_PICTURE, "a.png.celery-scaffold-new": NEW_PICTURE},
        {"a.png": ("conflict", f"{BINARY}: yours stays, the new one is a.png.celery-scaffold-new")},
        {"a.png": MY_PICTURE}, resolved={"a.png.celery-scaffold-new": None},
    ),
    "the owner made it a program, the template changed its text": one(L, program(L), TOP, program(TOP), "merged",
                                                                      "your mode, the template's text"),
    "the template made it a program, the owner changed its text": one(L, BOTTOM, program(L), program(BOTTOM), "merged",
                                                                      "the template's mode, your text"),
    "the template made it a program": one(L, L, program(L), program(L), *CHANGED),
    "the owner made it no program any more": one(program(L), L, program(TOP), TOP, "merged",
                                                 "your mode, the template's text"),
    "the owner made it a link, the template changed it": Case(
        {"a.txt": L}, {"a.txt": TOP}, {"a.txt": link("b.txt"), "b.txt": "mine\n"},
        {"a.txt": ("kept", "one side made it a symbolic link: yours stays")},
        {"a.txt": link("b.txt"), "b.txt": "mine\n"},
    ),
    "the owner made it a link to nowhere, the template drops it": Case(
        {"a.txt": L}, {}, {"a.txt": link("nowhere")}, {"a.txt": KEPT}, {"a.txt": link("nowhere")}
    ),
}  # fmt: skip

PRESENCE = {
    "the owner deleted it, the template changed it": Case({"a.txt": L}, {"a.txt": TOP}, {}, {"a.txt": STAYS_DELETED},
                                                          gone=("a.txt",)),
    "the owner deleted it, the template did not change it": Case({"a.txt": L}, {"a.txt": L}, {}, gone=("a.txt",)),
    "both deleted it": Case({"a.txt": L}, {}, {}, gone=("a.txt",)),
    "the template dropped it, the owner edited it": Case({"a.txt": L}, {}, {"a.txt": MINE}, {"a.txt": KEPT},
                                                         {"a.txt": MINE}),
    "the template dropped it": Case({"d/e/a.txt": L}, {}, {}, {"d/e/a.txt": DROPPED}),
    "the template dropped it, and it has CRLF": Case({"a.txt": L}, {}, {}, {"a.txt": DROPPED}, {"a.txt": crlf(L)}),
    "the template dropped a whole component, the owner edited one file": Case(
        {"ci/a.yaml": "a: 1\n", "ci/b.yaml": "b: 1\n", "ci/c/d.yaml": "c: 1\n"}, {},
        {"ci/b.yaml": "b: mine\n", "ci/own.yaml": "d: 1\n"},
        {"ci/a.yaml": DROPPED, "ci/b.yaml": KEPT, "ci/c/d.yaml": DROPPED},
        {"ci/b.yaml": "b: mine\n", "ci/own.yaml": "d: 1\n"},
    ),
    "the template has a new one": Case({}, {"d/e/a.sh": program(L)}, {"d/e/a.sh": program(L)}, {"d/e/a.sh": NEW}),
    "the owner has made the same one": Case({}, {"a.txt": L}, {"a.txt": L}, edits={"a.txt": L}),
}  # fmt: skip
