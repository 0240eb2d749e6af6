"""Questions on a terminal with a cursor: lists walked with the arrow keys, text that is checked by Enter."""

from __future__ import annotations

import sys
import textwrap
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import questionary
from prompt_toolkit import PromptSession
from prompt_toolkit.application import create_app_session
from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
from prompt_toolkit.output.defaults import create_output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from celery_scaffold import console
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.questions import Choice, Kind, Question, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prompt_toolkit.application import Application
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.key_binding import KeyPressEvent

    from celery_scaffold.prompts.wizard import Check

# Esc is also the first byte of every arrow key: a lone one is told from them by waiting that long. Seconds.
_ESCAPE_TIMEOUT = 0.1
# Below that many columns for it, the reason stands under its choice instead of beside it.
_LEAST_REASON = 30
_STYLE = Style(
    [
        ("qmark", "ansicyan"),
        ("question", "bold"),
        ("pointer", "ansicyan bold"),
        ("highlighted", "ansicyan"),
        ("selected", "noreverse"),
        ("instruction", "ansibrightblack"),
        ("problem", "ansired"),
        ("placeholder", "ansibrightblack"),
    ],
)


@contextmanager
def drawing_on_stderr() -> Iterator[None]:
    """Draw where people read: stdout may be a file that takes the facts."""
    output = create_output(sys.stderr)
    if isinstance(output, Vt100_Output):
        # The terminal's answer would end up in the shell when it is slow and the question is over; it only helps
        # to place menus, and there are none.
        output.enable_cpr = False
    with create_app_session(output=output):
        yield


def ask_with_keys(question: Question, check: Check) -> Reply | None:
    """Put one question; None when the person goes back. It vanishes when it is answered."""
    if question.kind is Kind.TEXT:
        return _text(question, check)
    return _one(question) if question.kind is Kind.ONE else _several(question)


def _one(question: Question) -> str | None:
    asked = questionary.select(
        _heading(question),
        choices=_choices(question, lead=3),
        default=question.marked[0],
        instruction=" ",
        style=_STYLE,
        erase_when_done=True,
    )
    return cast("str | None", _run_list(asked.application))


def _several(question: Question) -> tuple[str, ...] | None:
    asked = questionary.checkbox(
        _heading(question),
        choices=_choices(question, lead=5),
        instruction=" ",
        style=_STYLE,
        erase_when_done=True,
    )
    reply = _run_list(asked.application)
    return None if reply is None else tuple(reply)


def _choices(question: Question, lead: int) -> list[questionary.Choice]:
    """The choices with their reasons, in lines that fit; `lead` columns are taken by the pointer and the mark."""
    several = question.kind is Kind.SEVERAL
    width = max(len(choice.value) for choice in question.choices)
    return [
        questionary.Choice(
            _title(choice, width, lead), choice.value, checked=several and choice.value in question.marked
        )
        for choice in question.choices
    ]


def _title(choice: Choice, width: int, lead: int) -> str:
    columns = console.size().columns - 1
    beside = lead + width + 2
    if columns - beside >= _LEAST_REASON:
        wrapped = textwrap.wrap(choice.why, columns - beside, break_on_hyphens=False)
        return f"{choice.value.ljust(width)}  " + f"\n{' ' * beside}".join(wrapped)
    under = f"\n{' ' * (lead + 1)}"
    return choice.value + under + under.join(textwrap.wrap(choice.why, max(columns - lead - 1, 8)))


def _run_list(application: Application[Any]) -> Any:
    keys = _keys()
    keys.add("left", eager=True)(_go_back)
    keys.add("escape", eager=True)(_go_back)
    application.key_bindings = merge_key_bindings([application.key_bindings or KeyBindings(), keys])
    application.ttimeoutlen = _ESCAPE_TIMEOUT
    return application.run()


def _text(question: Question, check: Check) -> str | None:
    """A line of text; Enter checks it and, when it is refused, leaves it there to be mended."""
    problem: list[str] = []

    def accept(event: KeyPressEvent) -> None:
        text = event.current_buffer.text.strip() or question.default
        try:
            check(text)
        except ScaffoldError as error:
            problem[:] = [error.message, error.hint]
        else:
            event.app.exit(result=text)

    def message() -> StyleAndTextTuples:
        return [
            ("class:instruction", _wrapped(question.note)),
            ("class:problem", "".join(_wrapped(line) for line in problem)),
            ("class:qmark", "?"),
            ("class:question", f" {question.text}: "),
        ]

    keys = _keys()
    keys.add("enter", eager=True)(accept)
    # Not eager: Esc followed by a key is Alt with that key, which moves and deletes words.
    keys.add("escape")(_go_back)
    session: PromptSession[str | None] = PromptSession(
        message,
        key_bindings=keys,
        style=_STYLE,
        placeholder=[("class:placeholder", question.default)],
        erase_when_done=True,
    )
    session.app.ttimeoutlen = session.app.timeoutlen = _ESCAPE_TIMEOUT
    return session.prompt(default=question.prefilled)


def _keys() -> KeyBindings:
    keys = KeyBindings()
    for key in ("c-c", "<sigint>"):
        keys.add(key, eager=True)(_interrupt)
    keys.add("c-d", eager=True)(_end)
    return keys


def _go_back(event: KeyPressEvent) -> None:
    event.app.exit(result=None)


def _interrupt(event: KeyPressEvent) -> None:
    event.app.exit(exception=KeyboardInterrupt)


def _end(event: KeyPressEvent) -> None:
    event.app.exit(exception=EOFError)


def _heading(question: Question) -> str:
    """The question and its note under it, in lines that fit behind the question mark."""
    room = max(console.size().columns - 3, 1)
    paragraphs = [question.text, question.note, "Space marks, Enter goes on" if question.kind is Kind.SEVERAL else ""]
    return "\n  ".join(line for text in paragraphs for line in textwrap.wrap(text, room, break_on_hyphens=False))


def _wrapped(text: str) -> str:
    """Text in lines that fit, each with its end."""
    room = max(console.size().columns - 1, 1)
    return "".join(f"{line}\n" for line in textwrap.wrap(text, room, break_on_hyphens=False))
