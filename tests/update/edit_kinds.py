"""The kinds of edits that an owner, or an older template, may have made of a tree that is a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from celery_scaffold.files import File, Mode, Tree
from celery_scaffold.record import ANSWERS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# A line of the owner's holds one of these; each is in the project once.
TOKEN = re.compile(rb"owner-\d+-line")
BOM = b"\xef\xbb\xbf"
# What is no comment anywhere, and looks like a template, a marker or another line end.
RUBBISH = (
    "{token} {{{{ cookiecutter.x }}}} {{% raw %}}",
    "<<<<<<< HEAD {token}",
    "======= {token}",
    ">>>>>>> {token}",
    "\t]] }} {token} ((",
    "äöü 漢字 \u2028 {token}",
    "{token} \r in the middle",
    "{token} \x1b[31m \x0c",
    "{token}" + "x" * 500,
)
_COMMENTS = {".py": "# ", ".toml": "# ", ".yaml": "# ", ".yml": "# ", ".md": "- ", ".json": "  // "}


class What(str, Enum):
    """The kinds of edits."""

    COMMENT = "comment"
    RUBBISH = "rubbish"
    KEY = "key"
    ANSWER = "answer"
    CHANGE = "change"
    DELETE = "delete"
    MOVE = "move"
    REMOVE_FILE = "remove file"
    RENAME = "rename"
    REPLACE = "replace"
    NEW = "new"
    NEW_BINARY = "new binary"
    COPY = "copy"
    EXECUTABLE = "executable"
    CRLF = "crlf"
    BOM = "bom"
    LAST_LINE = "last line"
    LINK = "link"


@dataclass(frozen=True)
class Edit:
    """One edit; the numbers are taken modulo what there is.

    Attributes:
        what: its kind.
        aimed: whether it meets a file, and a place in it, that the new template changes.
        file: which file.
        place: which line, or which new name.
        size: lines, or which other file.
        number: of the token of the line that it adds, unique.
    """

    what: What
    aimed: bool
    file: int
    place: int
    size: int
    number: int = 0


@dataclass(frozen=True)
class Target:
    """What an edit can meet.

    Attributes:
        new: the tree of the new template.
        changed: path → numbers of lines of the base that the new template does not have.
    """

    new: Tree
    changed: dict[str, list[int]]


# --- choosing ------------------------------------------------------------------------------------------


def _path(tree: Tree, edit: Edit, target: Target) -> str:
    aimed = sorted(path for path in target.changed if path in tree)
    paths = aimed if edit.aimed and aimed else sorted(path for path in tree if path != ANSWERS_FILE)
    return paths[edit.file % len(paths)]


def _text(tree: Tree, edit: Edit, target: Target) -> tuple[str, list[bytes], int]:
    """A file, its lines, and the number of one of them; a link or a binary file has none."""
    path = _path(tree, edit, target)
    file = tree[path]
    if file.mode is Mode.LINK or b"\0" in file.content:
        return path, [], 0
    lines = file.content.splitlines(keepends=True)
    changed = target.changed.get(path) if edit.aimed else None
    place = changed[edit.place % len(changed)] if changed else edit.place
    return path, lines, place % (len(lines) + 1)


def _end(lines: list[bytes]) -> bytes:
    return b"\r\n" if any(line.endswith(b"\r\n") for line in lines) else b"\n"


def _put(tree: dict[str, File], path: str, lines: Iterable[bytes]) -> None:
    tree[path] = replace(tree[path], content=b"".join(lines))


def _insert(tree: dict[str, File], path: str, lines: list[bytes], place: int, text: str) -> None:
    """A whole line of its own, whatever the last one ends with."""
    end = _end(lines)
    before = lines[:place]
    if before and not before[-1].endswith((b"\n", b"\r")):
        before[-1] += end
    _put(tree, path, [*before, text.encode() + end, *lines[place:]])


def token(edit: Edit) -> str:
    """What its line is known by."""
    return f"owner-{edit.number}-line"


# --- the edits -----------------------------------------------------------------------------------------


def _comment(tree: dict[str, File], edit: Edit, target: Target) -> None:
    path, lines, place = _text(tree, edit, target)
    if lines:
        start = _COMMENTS.get(path[path.rfind(".") :], "# ")
        _insert(tree, path, lines, place, start + token(edit))


def _rubbish(tree: dict[str, File], edit: Edit, target: Target) -> None:
    path, lines, place = _text(tree, edit, target)
    if lines:
        _insert(tree, path, lines, place, RUBBISH[edit.size % len(RUBBISH)].format(token=token(edit)))


def _key(tree: dict[str, File], edit: Edit, target: Target) -> None:
    """An item more in a list, or a key more in a table, of TOML or YAML."""
    paths = sorted(path for path in tree if path.endswith((".toml", ".yaml", ".yml")) and path != ANSWERS_FILE)
    if not paths:
        return
    path = paths[edit.file % len(paths)]
    lines = tree[path].content.splitlines(keepends=True)
    places = [(n, item) for n, line in enumerate(lines) if (item := _item(path, line, token(edit)))]
    if places:
        place, item = places[edit.place % len(places)]
        _insert(tree, path, lines, place + 1, item)


def _item(path: str, line: bytes, name: str) -> str:
    text = line.decode(errors="replace").rstrip()
    if path.endswith(".toml"):
        if text.endswith("= ["):
            return f'  "{name}",'
        return f'{name} = "{name}"' if re.fullmatch(r"\[[\w.-]+\]", text) else ""
    found = re.match(r"( *)- \S+$", text)
    if found:
        return f"{found[1]}- {name}"
    found = re.match(r"( +)[A-Z_]+: \S", text)
    return f"{found[1]}{name}: {name}" if found else ""


_ANSWERS = (
    (rb'broker = "\w+"', 'broker = "redis"', 'broker = "rabbitmq"'),
    (rb'timezone = "[^"]+"', 'timezone = "Europe/Berlin"', 'timezone = "Asia/Tokyo"'),
    (rb"max_attempts = \d+", "max_attempts = 7", "max_attempts = 9"),
    (rb"longest_delay_seconds = \d+", "longest_delay_seconds = 1200", "longest_delay_seconds = 600"),
)


def _answer(tree: dict[str, File], edit: Edit, _: Target) -> None:
    """The answers file, edited by hand: a value, and a comment behind it."""
    pattern, *values = _ANSWERS[edit.file % len(_ANSWERS)]
    file = tree.get(ANSWERS_FILE)
    if file is not None:
        value = f"{values[edit.place % 2]}  # {token(edit)}".encode()
        tree[ANSWERS_FILE] = replace(file, content=re.sub(pattern + rb"[^\r\n]*", value, file.content, count=1))


def _change(tree: dict[str, File], edit: Edit, target: Target) -> None:
    path, lines, place = _text(tree, edit, target)
    if lines:
        place = min(place, len(lines) - 1)
        lines[place] = f"# {token(edit)}".encode() + _end(lines)
        _put(tree, path, lines)


def _delete(tree: dict[str, File], edit: Edit, target: Target) -> None:
    path, lines, place = _text(tree, edit, target)
    _put(tree, path, [*lines[:place], *lines[place + edit.size :]]) if lines else None


def _move(tree: dict[str, File], edit: Edit, target: Target) -> None:
    path, lines, place = _text(tree, edit, target)
    block, rest = lines[place : place + edit.size], [*lines[:place], *lines[place + edit.size :]]
    if not block or not all(line.endswith(b"\n") for line in (*block, *rest)):
        return
    there = (edit.place * 7 + edit.size) % (len(rest) + 1)
    _put(tree, path, [*rest[:there], *block, *rest[there:]])


def _remove_file(tree: dict[str, File], edit: Edit, target: Target) -> None:
    if len(tree) > 5:
        del tree[_path(tree, edit, target)]


def _rename(tree: dict[str, File], edit: Edit, target: Target) -> None:
    path = _path(tree, edit, target)
    folder, _, name = path.rpartition("/")
    names = (f"moved/{name}", f"{folder}/old_{name}".lstrip("/"), f"{path}.d/{name}", _wanted(edit, target), name)
    _place(tree, names[edit.place % len(names)], tree.pop(path), or_else=path)


def _replace(tree: dict[str, File], edit: Edit, target: Target) -> None:
    """Something else under the name of a file of the template: text, a binary file, nothing, the new template's."""
    path = _path(tree, edit, target)
    same = target.new.get(path, File(b"")).content
    contents = (f"{token(edit)}\n".encode(), b"\0" + token(edit).encode(), b"", same)
    # A link points to a name, and not every one of these is one.
    mode = Mode.PLAIN if tree[path].mode is Mode.LINK else tree[path].mode
    tree[path] = File(contents[edit.place % len(contents)], mode)


def _wanted(edit: Edit, target: Target) -> str:
    """A path of the new template."""
    paths = sorted(path for path in target.new if path != ANSWERS_FILE)
    return paths[edit.size * 37 % len(paths)]


def _new(tree: dict[str, File], edit: Edit, target: Target, content: bytes = b"") -> None:
    """A file of the owner's, where nothing is, where the template will want one, or in the place of a directory."""
    name = f"own_{edit.number}"
    missing = sorted(path for path in target.new if path not in tree)
    wanted = missing[edit.file % len(missing)] if missing else f"var/{name}.log"
    names = (wanted, wanted, f"src/{name}.py", f"deploy/{name}", f"{name}/.gitignore", f"{wanted}/{name}", "docs")
    text = f"{token(edit)}\nown text {edit.number}\n".encode()
    _place(tree, names[edit.place % len(names)], File(content or text))


def _new_binary(tree: dict[str, File], edit: Edit, target: Target) -> None:
    _new(tree, edit, target, b"\0\1\2" + token(edit).encode())


def _copy(tree: dict[str, File], edit: Edit, target: Target) -> None:
    path = _path(tree, edit, target)
    _place(tree, f"{path}.copy{edit.number}", tree[path])


def _place(tree: dict[str, File], path: str, file: File, or_else: str = "") -> None:
    """Put a file where there can be one: a path is no file and a directory at once."""
    parts = path.split("/")
    above = {"/".join(parts[:count]) for count in range(1, len(parts))}
    fits = path not in tree and not above & set(tree) and not any(other.startswith(f"{path}/") for other in tree)
    if fits and path != ANSWERS_FILE:
        tree[path] = file
    elif or_else:
        tree[or_else] = file


def _executable(tree: dict[str, File], edit: Edit, target: Target) -> None:
    path = _path(tree, edit, target)
    other = {Mode.PLAIN: Mode.EXECUTABLE, Mode.EXECUTABLE: Mode.PLAIN, Mode.LINK: Mode.LINK}
    tree[path] = replace(tree[path], mode=other[tree[path].mode])


def _crlf(tree: dict[str, File], edit: Edit, target: Target) -> None:
    path, lines, _ = _text(tree, edit, target)
    if lines:
        _put(tree, path, (line.rstrip(b"\r\n") + b"\r\n" if line.endswith(b"\n") else line for line in lines))


def _bom(tree: dict[str, File], edit: Edit, target: Target) -> None:
    path, lines, _ = _text(tree, edit, target)
    if lines and not lines[0].startswith((BOM, b"#!")):
        _put(tree, path, [BOM, *lines])


def _last_line(tree: dict[str, File], edit: Edit, target: Target) -> None:
    """The last line loses its end."""
    path, lines, _ = _text(tree, edit, target)
    _put(tree, path, [b"".join(lines).rstrip(b"\r\n")]) if lines else None


def _link(tree: dict[str, File], edit: Edit, target: Target) -> None:
    """A file moves beside itself, and a link takes its place."""
    path = _path(tree, edit, target)
    name = f"real_{edit.number}_{path.rpartition('/')[2]}"
    folder = path.rpartition("/")[0]
    tree[f"{folder}/{name}".lstrip("/")] = tree[path]
    tree[path] = File(name.encode(), Mode.LINK)


EDITS: dict[What, Callable[[dict[str, File], Edit, Target], None]] = {
    What.COMMENT: _comment,
    What.RUBBISH: _rubbish,
    What.KEY: _key,
    What.ANSWER: _answer,
    What.CHANGE: _change,
    What.DELETE: _delete,
    What.MOVE: _move,
    What.REMOVE_FILE: _remove_file,
    What.RENAME: _rename,
    What.REPLACE: _replace,
    What.NEW: _new,
    What.NEW_BINARY: _new_binary,
    What.COPY: _copy,
    What.EXECUTABLE: _executable,
    What.CRLF: _crlf,
    What.BOM: _bom,
    What.LAST_LINE: _last_line,
    What.LINK: _link,
}
