"""`purge`: remove what waits in a queue, all priorities; what workers already hold stays."""

import sys
from argparse import Namespace

from standard_sqs.app import app
from standard_sqs.ops.console import DONE, FAILED, OperatorError, complain, queue_named, write
from standard_sqs.ops.deadline import Deadline, Question, connected
from standard_sqs.topology import DEAD_LETTER_QUEUE

# Seconds to connect and purge.
TIMEOUT = 10.0


def run(arguments: Namespace) -> int:
    """Purge the queue and say how many messages are gone."""
    dead_letters = arguments.queue in ("dead-letters", DEAD_LETTER_QUEUE)
    name = DEAD_LETTER_QUEUE if dead_letters else queue_named(arguments.queue).name
    if not arguments.yes and not _confirmed(arguments.queue):
        complain("nothing was removed")
        return FAILED
    answer = Question(lambda: _purge(name)).answer(Deadline(TIMEOUT))
    if answer.value is None:
        raise OperatorError(f"the broker: {answer.problem}", exit_code=FAILED)
    write(f"{answer.value} removed from {name}")
    return DONE


def _confirmed(name: str) -> bool:
    if not sys.stdin.isatty():
        raise OperatorError("there is no terminal to ask on", "add --yes to purge without asking")
    return input("Type the queue's name to remove all that waits in it: ") == name


def _purge(name: str) -> int:
    with connected(app.connection_for_write()) as connection:
        return int(connection.default_channel.queue_purge(name) or 0)
