"""Questions are answered in time, whatever the one who is asked does."""

from threading import Event
from time import monotonic

import pytest

from standard_sqs.ops.deadline import Deadline, Question


def test_an_answer_is_passed_on() -> None:
    answer = Question(lambda: 42).answer(Deadline(5))
    assert (answer.value, answer.problem) == (42, "")


@pytest.mark.parametrize("error", [OSError("refused"), SystemExit("refused")])
def test_an_error_is_an_answer(error: BaseException) -> None:
    def fail() -> int:
        raise error

    answer = Question(fail).answer(Deadline(5))
    assert (answer.value, answer.problem) == (None, "refused")


def test_one_that_hangs_costs_no_more_than_the_deadline() -> None:
    release = Event()
    started = monotonic()
    deadline = Deadline(0.2)
    hanging = [Question(release.wait) for _ in range(3)]
    problems = [question.answer(deadline).problem for question in hanging]
    took = monotonic() - started
    release.set()
    assert problems == ["no answer within 0.2 s"] * 3
    assert took < 2
