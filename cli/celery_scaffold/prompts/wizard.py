"""The walk through the questions, forwards and back, to the review. Does not know how a question is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

from celery_scaffold import console, questions, queue_questions, workflows
from celery_scaffold.command_line import equivalent_command
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.files import absolute
from celery_scaffold.questions import ADD, KEEP, REMOVE, Choice, Kind, Question, Reply
from celery_scaffold.review import review
from celery_scaffold.workspace import check_target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from celery_scaffold.answers import Answers

    Check = Callable[[str], object]
    # Puts one question and returns the reply, None to go back. Text is returned only when the check accepts it.
    Asker = Callable[[Question, Check], Union[Reply, None]]

_WRITE, _BACK, _STOP = "write", "back", "stop"
# Stands for the name until there is one.
_PLACEHOLDER = "a-name-to-come"


class Wizard:
    """The answers so far and the way through the questions that are open.

    Attributes:
        answers: what was given, and every reply; kept when going back.
    """

    def __init__(self, given: Answers, output_dir: Path, switches: tuple[str, ...]) -> None:
        """Nothing is asked yet; the arguments are those of `prompts.ask`."""
        self.answers = given
        self._output_dir = output_dir
        self._switches = switches
        self._open = questions.open_keys(given)

    def run(self, ask: Asker, keys: str) -> None:
        """Ask until somebody agrees to the review.

        Args:
            ask: puts one question.
            keys: one line on how to answer.

        Raises:
            ScaffoldError: no reply could mend it: the target is there, or the output directory is not.
            KeyboardInterrupt: somebody stopped; the answers so far are kept.
            EOFError: the same.
        """
        self._check_target(self.answers.text("name") if "name" in self.answers.given else _PLACEHOLDER)
        console.say_wrapped(keys)
        position, step = 0, 1
        while True:
            if position < len(self._open):
                # A question with nothing to ask is passed over, in whichever direction.
                step = self._put(self._open[position], ask) or step
            elif self._is_agreed(ask):
                return
            else:
                step = -1
            position += step
            if position < 0:
                position, step = 0, 1

    def _put(self, key: str, ask: Asker) -> int:
        """Put one question: 1 to go on, -1 to go back, 0 when there is nothing to ask."""
        question = questions.question(key, self.answers)
        if question is None:
            return 0
        if key == "queues":
            return self._queues(ask, question)
        reply = ask(question, lambda text: self._answered(key, text))
        if reply is None:
            return -1
        self.answers = self._answered(key, reply)
        _echo(key, reply if isinstance(reply, str) else ", ".join(reply) or "none")
        return 1

    def _answered(self, key: str, reply: Reply) -> Answers:
        answers = questions.answered(self.answers, key, reply)
        if key == "name":
            self._check_target(answers.text("name"))
        return answers

    def _check_target(self, name: str) -> None:
        check_target(absolute(self._output_dir) / name)

    # --- queues ----------------------------------------------------------------------------------------

    def _queues(self, ask: Asker, menu: Question | None) -> int:
        """The menu of queues, until they are kept or left behind."""
        while menu is not None:
            action = ask(menu, str)
            if action is None:
                return -1
            if action == KEEP:
                break
            self._change_queues(str(action), ask)
            menu = questions.question("queues", self.answers)
        self.answers = queue_questions.kept_queues(self.answers)
        _echo("queues", ", ".join(queue.name for queue in self.answers.queues()))
        return 1

    def _change_queues(self, action: str, ask: Asker) -> None:
        """Add, change or remove one queue; going back leaves them as they are."""
        if action == ADD:
            self._write_queue(ask, queue_questions.queue_text(), "")
            return
        name = ask(queue_questions.which_queue(action, self.answers.queues()), str)
        if name is None:
            return
        if action == REMOVE:
            self.answers = queue_questions.without_queue(self.answers, str(name))
            return
        queue = next(queue for queue in self.answers.queues() if queue.name == name)
        self._write_queue(ask, queue_questions.queue_text(queue), queue.name)

    def _write_queue(self, ask: Asker, question: Question, replaced: str) -> None:
        spec = ask(question, lambda text: queue_questions.with_queue(self.answers, text, replaced))
        if spec is not None:
            self.answers = queue_questions.with_queue(self.answers, str(spec), replaced)

    # --- review ----------------------------------------------------------------------------------------

    def _is_agreed(self, ask: Asker) -> bool:
        """Show what would be written; False to go back.

        Raises:
            KeyboardInterrupt: the choice to stop.
        """
        choice = ask(self._review(), str)
        if choice == _STOP:
            raise KeyboardInterrupt
        return choice == _WRITE

    def _review(self) -> Question:
        """The question after the review; answers that do not fit together can only be changed."""
        choices = [
            Choice(_WRITE, "make the project"),
            Choice(_BACK, "change an answer"),
            Choice(_STOP, "write nothing, and say how to resume"),
        ]
        console.say()
        try:
            result = workflows.new(self.answers, absolute(self._output_dir), dry_run=True)
        except ScaffoldError as error:
            console.failed(error)
            choices.pop(0)
        else:
            command = equivalent_command(self.answers, self._output_dir, self._switches)
            for line in review(result, self.answers, command, *console.size()):
                console.say(line)
        console.say()
        return Question("review", Kind.ONE, "Write it?", "", tuple(choices), (choices[0].value,))


def _echo(key: str, text: str) -> None:
    console.say_wrapped(f"{key.ljust(10)} {text}", hanging=" " * 4)
