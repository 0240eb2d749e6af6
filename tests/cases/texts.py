"""Cases of what is inside files: edits of one side and of both, line endings, structure, size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.case import Case, Edit, deletes, in_turn, replaces, text, writes

if TYPE_CHECKING:
    from pathlib import Path

OWN = b"line_3 = 'mine'\n"
NEW = b"line_15 = 'theirs'\n"
V1 = text()
V2 = text("15=line_15 = 'theirs'")
APP = {"app.py": V1, "README.md": b"# One\n"}
APP2 = {**APP, "app.py": V2}
EDIT = replaces("app.py", b"line_3 = 3\n", OWN)

BOM = b"\xef\xbb\xbf"
LIST = b'[project]\ndependencies = [\n  "celery",\n]\n'
YAML = b"services:\n  - worker\n"
BIG = b"".join(b"%07d,some value that fills the line,%d\n" % (number, number * 7) for number in range(115_000))


def crlf(content: bytes) -> bytes:
    """The same text with the line endings of Windows."""
    return content.replace(b"\n", b"\r\n")


def rewrites(path: str) -> Edit:
    """Give a file CRLF endings and the owner's line."""

    def edit(project: Path) -> None:
        target = project / path
        target.write_bytes(crlf(target.read_bytes().replace(b"line_3 = 3\n", OWN)))

    return edit


def only_crlf(project: Path) -> str:
    content = (project / "app.py").read_bytes()
    bare = content.count(b"\n") - content.count(b"\r\n")
    return f"{bare} lines of app.py lost their CRLF" if bare else ""


def begins_with_bom(project: Path) -> str:
    return "" if (project / "app.py").read_bytes().startswith(BOM) else "the byte order mark is gone"


def reformats(project: Path) -> None:
    """What a formatter does that another house style asks for: every line of every file is another one."""
    for path in ("app.py", "tasks.py"):
        lines = (project / path).read_bytes().splitlines()
        (project / path).write_bytes(b"".join(line.replace(b" = ", b"=") + b";\n" for line in lines))


CASES = (
    Case(
        "edited by the template only",
        APP,
        APP2,
        arrives=(NEW,),
        same=("README.md",),
    ),
    Case(
        "edited by the owner only",
        APP,
        {**APP, "README.md": b"# Two\n"},
        EDIT,
        owned=(OWN,),
        arrives=(b"# Two\n",),
        same=("app.py",),
    ),
    Case("both sides, different places", APP, APP2, EDIT, owned=(OWN,), arrives=(NEW,)),
    Case(
        "both sides, same lines",
        APP,
        {**APP, "app.py": text("3=line_3 = 'theirs'")},
        EDIT,
        owned=(OWN,),
        arrives=(b"line_3 = 'theirs'",),
        both=True,
    ),
    Case(
        "both sides, the same change",
        APP,
        APP2,
        replaces("app.py", b"line_15 = 15\n", NEW),
        owned=(NEW,),
        arrives=(NEW,),
    ),
    Case(
        "both sides, neighbouring lines",
        APP,
        {**APP, "app.py": text("4=line_4 = 'theirs'")},
        EDIT,
        owned=(OWN,),
        arrives=(b"line_4 = 'theirs'",),
        both=True,
    ),
    Case(
        "file without a final newline, owner appends",
        {"app.py": V1[:-1]},
        {"app.py": text("2=line_2 = 'theirs'")[:-1]},
        lambda project: (project / "app.py").write_bytes(V1 + b"own_line = 1"),
        owned=(b"own_line = 1",),
        arrives=(b"line_2 = 'theirs'",),
    ),
    Case(
        "UTF-8 byte order mark, set by the owner",
        APP,
        APP2,
        in_turn(EDIT, lambda project: (project / "app.py").write_bytes(BOM + (project / "app.py").read_bytes())),
        owned=(OWN,),
        arrives=(NEW,),
        holds=begins_with_bom,
    ),
    Case(
        "CRLF, set by the owner in a file of the template",
        APP,
        APP2,
        rewrites("app.py"),
        owned=(OWN.rstrip(),),
        arrives=(NEW.rstrip(),),
        holds=only_crlf,
    ),
    Case(
        "file of 5 MB, both sides",
        {"table.csv": BIG},
        {"table.csv": BIG.replace(b"0114000,some", b"0114000,theirs")},
        replaces("table.csv", b"0000010,some", b"0000010,mine"),
        owned=(b"0000010,mine",),
        arrives=(b"0114000,theirs",),
    ),
    Case(
        "project reformatted as a whole",
        {"app.py": V1, "tasks.py": V1.replace(b"line", b"task")},
        {"app.py": V2, "tasks.py": V1.replace(b"line", b"task")},
        reformats,
        owned=(b"line_3=3;\n", b"task_19=19;\n"),
        arrives=(NEW,),
        same=("tasks.py",),
        both=True,
    ),
    Case(
        "both append to one list in TOML",
        {"pyproject.toml": LIST},
        {"pyproject.toml": LIST.replace(b'celery",\n', b'celery",\n  "redis",\n')},
        replaces("pyproject.toml", b'  "celery",\n', b'  "celery",\n  "sentry-sdk",\n'),
        owned=(b'"sentry-sdk"',),
        arrives=(b'"redis"',),
    ),
    Case(
        "both append to one list in YAML",
        {"compose.yaml": YAML},
        {"compose.yaml": YAML + b"  - beat\n"},
        writes("compose.yaml", YAML + b"  - mine\n"),
        owned=(b"- mine",),
        arrives=(b"- beat",),
    ),
    Case(
        "both add one file, with different text",
        APP,
        {**APP, "extra.py": text("0=theirs = 1")},
        writes("extra.py", text("0=mine = 1")),
        owned=(b"mine = 1\n",),
        arrives=(b"theirs = 1",),
        both=True,
    ),
    Case(
        "both add one file, with the same text",
        APP,
        {**APP, "extra.py": V2},
        writes("extra.py", V2),
        owned=(NEW,),
        same=("extra.py",),
    ),
    Case(
        "binary, edited by the owner",
        {**APP, "logo.png": bytes(range(256)) * 8},
        {**APP2, "logo.png": bytes(range(256)) * 8},
        writes("logo.png", b"\x89PNG mine \x00" * 90),
        arrives=(NEW,),
        same=("logo.png",),
    ),
    Case(
        "binary, edited by both",
        {"logo.png": bytes(range(256)) * 8},
        {"logo.png": b"\x89PNG theirs \x00" * 90},
        writes("logo.png", b"\x89PNG mine \x00" * 90),
        owned=(b"\x89PNG mine \x00" * 90,),
        arrives=(b"\x89PNG theirs \x00" * 90,),
        both=True,
    ),
    Case(
        "binary in place of a text, by the owner",
        APP,
        APP2,
        in_turn(deletes("app.py"), writes("app.py", b"\x00mine\xff" * 50)),
        owned=(b"\x00mine\xff" * 50,),
        arrives=(NEW,),
        both=True,
    ),
)
