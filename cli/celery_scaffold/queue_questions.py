"""The questions about one queue, and what their replies make of the queues. Pure."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from celery_scaffold.answers import Source
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.queues import KEYS, Priority, Queue, parse_queue
from celery_scaffold.questions import Choice, Kind, Question

if TYPE_CHECKING:
    from celery_scaffold.answers import Answers

_EXAMPLES = {
    "max_task_seconds": "60",
    "concurrency": "4",
    "pool": "prefork|threads",
    "priority": "normal|high",
    "rate_limit": "10/s",
    "routes": "shop.mail.*+shop.sms.*",
}


def which_queue(action: str, queues: tuple[Queue, ...]) -> Question:
    """The question after CHANGE or REMOVE."""
    choices = tuple(Choice(queue.name, _facts(queue)) for queue in queues)
    return Question("queue", Kind.ONE, f"Which queue to {action}", "", choices, (choices[0].value,))


def queue_text(queue: Queue | None = None) -> Question:
    """The SPEC of a queue: a new one, or this one with all that it is now."""
    note = "NAME or NAME:KEY=VALUE,…; " + ", ".join(f"{key}={example}" for key, example in _EXAMPLES.items())
    if queue is None:
        return Question("queue", Kind.TEXT, "New queue", note)
    return Question("queue", Kind.TEXT, f"Queue {queue.name}", note, prefilled=_full_spec(queue))


def with_queue(answers: Answers, spec: str, replaced: str = "") -> Answers:
    """The answers with one queue more, or with one in the place of another.

    Raises:
        ScaffoldError: the SPEC cannot be read, or its name, module or routes belong to another queue.
    """
    queue = parse_queue(spec)
    queues = answers.queues()
    if any(queue.name == other.name != replaced for other in queues):
        raise ScaffoldError(f"there is a queue {queue.name!r} already", "give another name, or go back and change it")
    kept = tuple(queue if other.name == replaced else other for other in queues)
    changed = kept if replaced else (*kept, queue)
    return answers.with_answer("queues", changed, Source.PROMPT)


def kept_queues(answers: Answers) -> Answers:
    """The answers with the queues as they are now, as the reply of whoever looked at them."""
    return answers.with_answer("queues", answers.queues(), Source.PROMPT)


def without_queue(answers: Answers, name: str) -> Answers:
    """The answers without that queue; raises ScaffoldError when it is the last one."""
    kept = tuple(queue for queue in answers.queues() if queue.name != name)
    return answers.with_answer("queues", kept, Source.PROMPT)


def _full_spec(queue: Queue) -> str:
    pairs = [(key, getattr(queue, key)) for key in KEYS]
    shown = [f"{key}={_spec_value(value)}" for key, value in pairs if value != ()]
    return f"{queue.name}:{','.join(shown)}"


def _spec_value(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    return "+".join(value) if isinstance(value, tuple) else str(value)


def _facts(queue: Queue) -> str:
    facts = [f"up to {queue.max_task_seconds} s a task", f"{queue.concurrency} at once", queue.pool.value]
    if queue.priority is Priority.HIGH:
        facts.append("high priority")
    if queue.rate_limit:
        facts.append(queue.rate_limit)
    return ", ".join(facts)
