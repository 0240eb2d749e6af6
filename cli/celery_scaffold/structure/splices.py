"""Changes the text of a YAML or JSON document where its value has to change, and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery_scaffold.structure.nodes import Node, documents, name_of
from celery_scaffold.structure.values import BeyondError, inserted, keys_of

if TYPE_CHECKING:
    from celery_scaffold.structure.values import Value

# Offsets of what goes, and what comes there.
Splice = tuple[int, int, str]

_MOST_CHANGES = 100
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


def edited(text: str, wanted: Value, new: str) -> str:
    """The text with the value that is wanted; what it lacks is taken from `new`, as it is written there.

    Raises:
        ValueError: one of the texts does not parse, or the edited one would not.
        BeyondError: it takes more than lines and items that come, go or change.
    """
    source = _only_document(new)
    for _ in range(_MOST_CHANGES):
        have = _only_document(text)
        if have.value == wanted:
            return text
        start, end, between = _Change(text, new).of(have, wanted, source)
        text = text[:start] + between + text[end:]
    raise BeyondError


def _only_document(text: str) -> Node:
    found = documents(text)
    if len(found) != 1:
        raise BeyondError
    return found[0]


@dataclass(frozen=True)
class _Change:
    """The next change of a text, with what is written in the new template's."""

    text: str
    new: str

    def of(self, have: Node, wanted: Value, source: Node) -> Splice:
        names, targets, names_new = _keys(have, wanted, source)
        for place, name in enumerate(names):
            if name not in targets:
                return self.removal(have, place)
        for name in targets:
            if name not in names and name in names_new:
                before = _place(name, names, targets, names_new, ordered=isinstance(wanted, list))
                return self.addition(have, before, source, names_new.index(name))
        for place, name in enumerate(names):
            if have.items[place].value != targets[name] and name in names_new:
                return self.replacement(have, place, targets[name], source, names_new.index(name))
        raise BeyondError  # another order

    def replacement(self, have: Node, place: int, wanted: Value, source: Node, number: int) -> Splice:
        old, new = have.items[place], source.items[number]
        if _same_kind(old.value, wanted, new.value):
            return self.of(old, wanted, new)
        if new.value != wanted:
            raise BeyondError
        texts = self.text[old.start : old.end], self.new[new.start : new.end]
        if all(texts) and "\n" not in "".join(texts):
            return old.start, old.end, texts[1]
        if have.flow or source.flow:
            raise BeyondError
        block = self.block(have, place, source, number, _lines(self.new, source, number))
        return (*_lines(self.text, have, place), block)

    def removal(self, have: Node, place: int) -> Splice:
        if not have.flow:
            return (*_lines(self.text, have, place), "")
        if len(have.items) == 1:
            return _begin(have, 0), have.items[0].end, ""
        if place + 1 < len(have.items):
            return _begin(have, place), _begin(have, place + 1), ""
        return have.items[place - 1].end, have.items[place].end, ""

    def addition(self, have: Node, before: int, source: Node, number: int) -> Splice:
        if not have.flow:
            return self.added_line(have, before, source, number)
        text = self.new[_begin(source, number) : source.items[number].end]
        if not source.flow and "\n" in text:
            raise BeyondError
        if not have.items:
            return have.end - 1, have.end - 1, text
        begin = _begin(have, max(0, before - 1))
        indentation = self.text[self.text.rfind("\n", 0, begin) + 1 : begin]
        if indentation.strip():  # several in one line
            at = have.items[before - 1].end if before else begin
            return at, at, f", {text}" if before else f"{text}, "
        return self.line_in_brackets(have, before, indentation, _reindented(text, self.new, self.text))

    def added_line(self, have: Node, before: int, source: Node, number: int) -> Splice:
        """A key or item on lines of its own, with the comments above it."""
        start, end = _lines(self.text, have, max(0, before - 1))
        at = end if before else start
        if not source.flow:
            lines = _with_what_leads(self.new, *_lines(self.new, source, number))
            return at, at, self.block(have, 0, source, number, lines)
        text = self.new[_begin(source, number) : source.items[number].end]
        if "\n" in text:
            raise BeyondError
        return at, at, f"{self.text[start : _begin(have, max(0, before - 1))]}{text}\n"

    def line_in_brackets(self, have: Node, before: int, indentation: str, text: str) -> Splice:
        if not before:
            at = _begin(have, 0)
            return at, at, f"{text},\n{indentation}"
        at = have.items[before - 1].end
        rest = self.text[at : _line_end(self.text, at)]
        if not rest.strip():
            return at, at, f",\n{indentation}{text}"
        if not rest.lstrip().startswith(","):
            raise BeyondError
        # Behind the line, so that its comment stays with what it is about.
        return at + len(rest), at + len(rest), f"{indentation}{text},\n"

    def block(self, have: Node, place: int, source: Node, number: int, lines: tuple[int, int]) -> str:
        """Lines of the new text as they are indented here."""
        shift = _column(self.text, _begin(have, place)) - _column(self.new, _begin(source, number))
        return "".join(_shifted(line, shift) for line in self.new[slice(*lines)].splitlines(keepends=True))


def _same_kind(*values: Value) -> bool:
    return all(isinstance(value, dict) for value in values) or all(isinstance(value, list) for value in values)


def _keys(have: Node, wanted: Value, source: Node) -> tuple[list[str], dict[str, Value], list[str]]:
    """What the items are called: those that are there, those wanted, those of the new template."""
    if isinstance(wanted, tuple) or not _same_kind(have.value, wanted, source.value):
        raise BeyondError
    if isinstance(wanted, dict):
        return [name_of(key) for key in have.keys], dict(wanted), [name_of(key) for key in source.keys]
    values = [[item.value for item in node.items] for node in (have, source)]
    found = keys_of(values[0], wanted, values[1])
    if found is None:
        raise BeyondError
    return found[0], dict(zip(found[1], wanted, strict=True)), found[2]


def _place(name: str, names: list[str], targets: dict[str, Value], names_new: list[str], *, ordered: bool) -> int:
    """Before which of the items one belongs: of a list as it is wanted, of a table as the new template has it."""
    if not ordered:
        return inserted(names, name, names_new)
    earlier = list(targets)[: list(targets).index(name)]
    return sum(other in names for other in earlier)


def _begin(node: Node, place: int) -> int:
    return (node.keys or node.items)[place].start


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1


def _line_end(text: str, at: int) -> int:
    """Behind the line feed of the line in which `at` is."""
    return text.find("\n", at) + 1 or len(text)


def _lines(text: str, node: Node, place: int) -> tuple[int, int]:
    """Where the lines of an item of a block begin and end."""
    begin = _begin(node, place)
    start = text.rfind("\n", 0, begin) + 1
    if not re.fullmatch(r" *" if node.keys else r" *-( +)", text[start:begin]):
        raise BeyondError
    return start, _line_end(text, node.items[place].end)


def _with_what_leads(text: str, start: int, end: int) -> tuple[int, int]:
    """Takes the comments above, and a blank line above them."""
    while (line := text.rfind("\n", 0, max(0, start - 1)) + 1) < start and text[line:start].lstrip().startswith("#"):
        start = line
    if line < start and not text[line:start].strip():
        start = line
    return start, end


def _shifted(line: str, shift: int) -> str:
    if not line.strip() or shift >= 0:
        return " " * shift * bool(line.strip()) + line
    if line[:-shift].strip():
        raise BeyondError
    return line[-shift:]


def _reindented(text: str, new: str, have: str) -> str:
    """An item of several lines in brackets, as far in as the text has it where it goes, and in steps of that text."""
    step_new, step = (found[0] if (found := _INDENTATION.search(each)) else "" for each in (new, have))
    if not step or not step_new:
        return text
    first, *others = text.split("\n")
    depths = [(len(line) - len(line.lstrip())) // len(step_new) for line in others]
    lines = [step * depth + line.lstrip() for depth, line in zip(depths, others, strict=True)]
    return "\n".join([first, *lines])
