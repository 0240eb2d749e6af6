"""Which questions there are, given the answers so far: their choices, the recommended one first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Union

from celery_scaffold.answers import Source
from celery_scaffold.components import COMPONENTS, PRESETS
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS
from celery_scaffold.model.verdicts import Verdict
from celery_scaffold.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery_scaffold.answers import Answers
    from celery_scaffold.model.backends import Backend

Reply = Union[str, tuple[str, ...]]

KEEP, ADD, CHANGE, REMOVE = "keep", "add", "change", "remove"


class Kind(Enum):
    """How a question is answered."""

    ONE = "one choice"
    SEVERAL = "any number of choices"
    TEXT = "text"


@dataclass(frozen=True)
class Choice:
    """One thing to choose: its value, and one line of why one would."""

    value: str
    why: str


@dataclass(frozen=True)
class Question:
    """One question as it is put now; the answers so far decided what it offers.

    Attributes:
        key: the option it answers, `components` for the pair `with` and `without`.
        kind: how it is answered.
        text: the question.
        note: one line that helps to answer it.
        choices: the recommended one first; empty for text.
        marked: the values that are marked at first: the earlier answer, or the recommended one.
        default: what an empty text stands for.
        prefilled: text to edit.
    """

    key: str
    kind: Kind
    text: str
    note: str = ""
    choices: tuple[Choice, ...] = ()
    marked: tuple[str, ...] = ()
    default: str = ""
    prefilled: str = ""


def open_keys(given: Answers) -> tuple[str, ...]:
    """The questions that flags, environment and file leave open, in the order they are asked."""
    return tuple(key for key in _QUESTIONS if not any(part in given.given for part in _options_of(key)))


def question(key: str, answers: Answers) -> Question | None:
    """The question as the answers so far shape it; None when they leave nothing to ask."""
    return _QUESTIONS[key](answers)


def answered(answers: Answers, key: str, reply: Reply) -> Answers:
    """The answers with this reply, and without what it made pointless.

    Raises:
        ScaffoldError: the reply is no valid value of the option.
    """
    if key == "components":
        return _settled(_with_components(answers, reply))
    return _settled(answers.with_answer(key, reply, Source.PROMPT))


def _settled(answers: Answers) -> Answers:
    """Going back may change what was allowed: replies that are no longer on offer are dropped."""
    for key in _QUESTIONS:
        answer = answers.given.get(key)
        if answer is not None and answer.source is Source.PROMPT and not _is_offered(answers, key, answer.value):
            answers = answers.without_answer(key)
    return answers


def _is_offered(answers: Answers, key: str, value: object) -> bool:
    asked = question(key, answers)
    if asked is None:
        return False
    return asked.kind is not Kind.ONE or key == "queues" or value in {choice.value for choice in asked.choices}


def _options_of(key: str) -> tuple[str, ...]:
    return ("with", "without") if key == "components" else (key,)


def _one(key: str, text: str, choices: tuple[Choice, ...], answers: Answers, note: str = "") -> Question:
    """A question with one answer; the earlier one is marked, if it is still on offer."""
    earlier = answers.answer(key).value if key in answers.given else ""
    marked = str(earlier) if earlier in {choice.value for choice in choices} else choices[0].value
    return Question(key, Kind.ONE, text, note, choices, (marked,))


def _recommended_first(key: str, choices: tuple[Choice, ...], answers: Answers) -> tuple[Choice, ...]:
    recommended = OPTIONS[key].default(answers)
    return tuple(sorted(choices, key=lambda choice: choice.value != recommended))


# --- the project ---------------------------------------------------------------------------------------


def _name(answers: Answers) -> Question:
    earlier = answers.text("name") if "name" in answers.given else ""
    return Question("name", Kind.TEXT, "Name of the project", OPTIONS["name"].about, default=earlier)


def _preset(answers: Answers) -> Question:
    choices = tuple(Choice(name, about) for name, about in PRESETS.items())
    return _one("preset", "How much to generate", _recommended_first("preset", choices, answers), answers)


def _components(answers: Answers) -> Question:
    optional = [component for component in COMPONENTS.values() if not component.required]
    present = present_components(answers)
    choices = tuple(Choice(component.name, component.summary) for component in optional)
    marked = tuple(component.name for component in optional if component.name in present)
    return Question("components", Kind.SEVERAL, "Components", "beside base, which every project has", choices, marked)


def present_components(answers: Answers) -> frozenset[str]:
    """The components as far as they are known before there is a project."""
    preset, added, left_out = answers.text("preset"), answers.words("with"), answers.words("without")
    return frozenset(
        name
        for name, component in COMPONENTS.items()
        if component.required or (name not in left_out and (preset in component.presets or name in added))
    )


def _with_components(answers: Answers, reply: Reply) -> Answers:
    """The difference to the preset; an empty `with` says that the question was answered."""
    preset = answers.text("preset")
    usual = {name for name, component in COMPONENTS.items() if preset in component.presets and not component.required}
    added = tuple(name for name in COMPONENTS if name in reply and name not in usual)
    left_out = tuple(name for name in COMPONENTS if name in usual and name not in reply)
    answers = answers.without_answer("with").without_answer("without")
    if added or not left_out:
        answers = answers.with_answer("with", added, Source.PROMPT)
    return answers.with_answer("without", left_out, Source.PROMPT) if left_out else answers


# --- servers -------------------------------------------------------------------------------------------


def _broker(answers: Answers) -> Question:
    choices = tuple(Choice(broker.kind, broker.why) for broker in BROKERS.values())
    return _one("broker", "Broker: where tasks wait", _recommended_first("broker", choices, answers), answers)


def _backend(answers: Answers) -> Question:
    """All of them: where the component workflows has to do without chords, the note says so."""
    backends = sorted(
        BACKENDS.values(),
        key=lambda backend: (
            not backend.reads_elsewhere,
            backend.verdict is Verdict.DEVELOPMENT,
            _brings_server(backend, answers),
        ),
    )
    choices = tuple(Choice(backend.kind, _why(backend, answers)) for backend in backends)
    unable = ", ".join(backend.kind for backend in backends if not backend.chords)
    note = f"with {unable} the component workflows has no chords" if "workflows" in present_components(answers) else ""
    return _one("backend", "Result backend: where results are kept", choices, answers, note)


def _why(backend: Backend, answers: Answers) -> str:
    if not backend.services:
        return backend.why
    server = "one more server" if _brings_server(backend, answers) else "the broker's server is there already"
    return f"{backend.why}; {server}"


def _brings_server(backend: Backend, answers: Answers) -> bool:
    return not set(backend.services) <= set(BROKERS[answers.text("broker")].services)


def _clouds(answers: Answers) -> Question:
    """Any number of them; those of the broker and the backend are marked until somebody says otherwise."""
    choices = tuple(Choice(cloud.kind, cloud.why) for cloud in CLOUDS.values())
    marked = tuple(kind for kind in CLOUDS if kind in answers.words("clouds"))
    note = "none, one or several: the README of the project says what to set there"
    return Question("clouds", Kind.SEVERAL, "Clouds: where it will run", note, choices, marked)


# --- what depends on a component -----------------------------------------------------------------------


def _ci(answers: Answers) -> Question | None:
    if "ci" not in present_components(answers):
        return None
    choices = (
        Choice("github", "GitHub Actions: .github/workflows"),
        Choice("gitlab", "GitLab CI: .gitlab-ci.yml"),
    )
    return _one("ci", "CI", choices, answers)


def _timezone(answers: Answers) -> Question | None:
    if "beat" not in present_components(answers):
        return None
    note = "IANA name, for crontab entries; UTC has no hour that comes twice or not at all"
    return Question("timezone", Kind.TEXT, "Time zone of the schedule", note, default=answers.text("timezone"))


# --- queues --------------------------------------------------------------------------------------------


def _queues(answers: Answers) -> Question:
    """A menu: the queues are changed one at a time, and kept when they are right."""
    queues = answers.queues()
    choices = [
        Choice(KEEP, ", ".join(queue.name for queue in queues)),
        Choice(ADD, "one more queue, with a worker of its own"),
        Choice(CHANGE, "limits, concurrency, pool, priority or routes of one"),
        Choice(REMOVE, "leave one out"),
    ]
    if len(queues) == 1:
        choices.pop()
    note = "one worker for each, so that slow tasks do not hold up quick ones"
    return Question("queues", Kind.ONE, "Queues", note, tuple(choices), (KEEP,))


_QUESTIONS: dict[str, Callable[[Answers], Question | None]] = {
    "name": _name,
    "preset": _preset,
    "components": _components,
    "broker": _broker,
    "backend": _backend,
    "clouds": _clouds,
    "queues": _queues,
    "ci": _ci,
    "timezone": _timezone,
}
