"""Pages that tell a story: their blocks are done in order, in a real shell, and what is shown is what was said.

| block | what is done with it |
|---|---|
| `console` | a line that begins with `$ ` is run; what follows is its output, and `(exit code 2)` if it is not 0 |
| `diff` | applied with `git apply`; its hunks have no line numbers, as `git apply --recount` needs none |
| `python` | a new file, whose path is the comment in the first line |

In an output `…` stands for what was left out: lines where it is alone on one, else a part of the line.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_BLOCK = re.compile(r"^```(console|diff|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROMPT, _CUT = "$ ", "…"
# As few lines as will do.
_LINES = r"(?:.*\n)*?"
# What `git apply --recount` reads, and nobody else: where a file begins, and a place in it to search from.
_FILE, _HUNK = re.compile(r"^--- a/(.*)$", re.MULTILINE), re.compile(r"^@@.*$", re.MULTILINE)
# A command line ends with a backslash if it goes on in the next line, as in every shell.
_COMMAND = re.compile(r"^\$ (?P<command>(?:.*\\\n)*.*)\n(?P<output>(?:(?!\$ ).*\n)*)", re.MULTILINE)
# `make lint test` installs the project, on a slow machine as well.
_SECONDS = 600


class StoryError(AssertionError):
    """A page cannot be followed as it stands."""


@dataclass(frozen=True)
class Told:
    """A command of a page, what the page says that it answers, and where that stands."""

    command: str
    output: str
    start: int
    end: int


@dataclass(frozen=True)
class Shell:
    """Where the commands run.

    Attributes:
        home: a directory of this story's own; paths in it are shown as `~`.
        environment: all of the variables.
        before: called with each command before it is run: the world changes as well.
    """

    home: Path
    environment: Mapping[str, str]
    before: Callable[[str], None]

    @property
    def directory(self) -> Path:
        """Where the last command ended."""
        remembered = self._memory
        return Path(remembered.read_text().rstrip("\n")) if remembered.exists() else self.home

    @property
    def _memory(self) -> Path:
        return self.home.parent / "directory"

    def run(self, command: str, stdin: str = "") -> str:
        """What a command says on both of its streams, and its exit code unless that is 0."""
        self.before(command)
        script = f"{command}\ncode=$?\npwd > '{self._memory}'\nexit $code"
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", script],
            cwd=self.directory,
            env={**self.environment},
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        said = done.stdout.replace(str(self.home), "~")
        lines = [line.rstrip() for line in said.splitlines()]
        if done.returncode:
            lines.append(f"(exit code {done.returncode})")
        return "".join(f"{line}\n" for line in lines)


def followed(page: str, shell: Shell) -> Iterator[tuple[Told, str]]:
    """Do what a page says, block by block; each command as it is told, and what it really said.

    Raises:
        StoryError: a patch does not apply, or a file is there already.
    """
    for block in _BLOCK.finditer(page):
        kind, text = block.groups()
        if kind == "console":
            for told in commands(text, block.start(2)):
                yield told, shell.run(told.command)
        elif kind == "diff":
            _apply(text, shell)
        else:
            _write(text, shell)


def commands(text: str, offset: int = 0) -> Iterator[Told]:
    """The commands of a block, with places counted from `offset`."""
    if not text.startswith(_PROMPT):
        raise StoryError(f"a console block begins with a command: {text.splitlines()[0]}")
    for found in _COMMAND.finditer(text):
        start, end = found.span("output")
        yield Told(found["command"], found["output"], offset + start, offset + end)


def _apply(patch: str, shell: Shell) -> None:
    whole = _FILE.sub(r"diff --git a/\1 b/\1\n\g<0>", _HUNK.sub("@@ -2 +2 @@", patch))
    said = shell.run("git apply --recount -", whole)
    if said:
        raise StoryError(f"a diff of the page does not apply any more:\n{said}\n{patch}")


def _write(text: str, shell: Shell) -> None:
    first, _, content = text.partition("\n")
    path = shell.directory / first.removeprefix("# ")
    if path.exists():
        raise StoryError(f"{path} is there already")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content.lstrip("\n"), encoding="utf-8")


def agrees(told: str, said: str) -> bool:
    """Whether an output is the one that is told, up to what `…` leaves out."""
    pattern = "".join(_LINES if line.strip() == _CUT else f"{_line(line)}\n" for line in told.splitlines())
    return re.fullmatch(pattern, said) is not None


def _line(told: str) -> str:
    return ".*".join(map(re.escape, told.split(_CUT)))


def rewritten(page: str, shell: Shell) -> str:
    """The page with the outputs as they are now; those that still agree stay as they are, with what they leave out."""
    parts, done = [], 0
    for told, said in followed(page, shell):
        parts += [page[done : told.start], told.output if agrees(told.output, said) else said]
        done = told.end
    return "".join([*parts, page[done:]])
