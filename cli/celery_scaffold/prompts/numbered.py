"""Questions for a terminal that can neither move its cursor nor draw lists: numbers, read a line at a time."""

from __future__ import annotations

import select
import sys
from typing import TYPE_CHECKING

from celery_scaffold import console
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.questions import Kind, Question

if TYPE_CHECKING:
    from celery_scaffold.prompts.wizard import Check
    from celery_scaffold.questions import Reply

_BACK = "b"
_NOTHING = "0"
# Seconds.
_SIGNAL_PATIENCE = 0.2


def ask_with_numbers(question: Question, check: Check) -> Reply | None:
    """Put one question, again until the reply can be used; `b` goes back."""
    console.say_wrapped(question.text)
    if question.note:
        console.say_wrapped(question.note, "  ")
    for number, choice in enumerate(question.choices, start=1):
        mark = "*" if question.kind is Kind.SEVERAL and choice.value in question.marked else " "
        console.say_wrapped(f"{mark}{number}) {choice.value}: {choice.why}", " ", "    ")
    while True:
        line = _line(question)
        if line == _BACK:
            return None
        try:
            return _reply(question, line, check)
        except ScaffoldError as error:
            console.failed(error)


def _reply(question: Question, line: str, check: Check) -> Reply:
    if question.kind is Kind.TEXT:
        text = line or question.default or question.prefilled
        check(text)
        return text
    if not line:
        return question.marked[0] if question.kind is Kind.ONE else question.marked
    if question.kind is Kind.ONE:
        return _chosen(question, line)
    if line == _NOTHING:
        return ()
    wanted = {_chosen(question, word) for word in line.replace(",", " ").split()}
    return tuple(choice.value for choice in question.choices if choice.value in wanted)


def _chosen(question: Question, word: str) -> str:
    """A choice by its number, or by its name."""
    values = [choice.value for choice in question.choices]
    if word in values:
        return word
    if word.isascii() and word.isdigit() and 1 <= int(word[:4]) <= len(values):
        return values[int(word) - 1]
    raise ScaffoldError(f"{word[:20]!r} is none of the choices", f"1 to {len(values)}, or {_BACK} to go back")


def _line(question: Question) -> str:
    """A line of the terminal; raises EOFError at its end.

    Python acts on a signal that comes just before `input` begins to read once the line is there, so it is asked for
    only then: Ctrl-C must not wait for Enter.
    """
    console.say(f"{_usual(question)}> ", end="")
    while not select.select([sys.stdin], [], [], _SIGNAL_PATIENCE)[0]:
        pass
    return input().strip()


def _usual(question: Question) -> str:
    """What Enter takes, in brackets."""
    if question.kind is Kind.TEXT:
        usual = question.default or question.prefilled
    else:
        values = [choice.value for choice in question.choices]
        usual = " ".join(str(values.index(value) + 1) for value in question.marked) or _NOTHING
    several = f"several numbers, {_NOTHING} for none " if question.kind is Kind.SEVERAL else ""
    return f"{several}[{usual}] " if usual else several
