"""`python -m standard_sqs COMMAND`: what people and containers run."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence

from standard_sqs.ops.console import INTERRUPTED, PROGRAM, OperatorError, complain
from standard_sqs.topology import LONGEST_DELAY

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
EPILOG = "exit codes: 0 done or healthy, 1 failed or unhealthy, 2 wrong usage, 130 interrupted"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = _parser()
    own, celery_arguments = _split(list(sys.argv[1:] if argv is None else argv))
    arguments = parser.parse_args(own, Namespace(celery_arguments=celery_arguments))
    if celery_arguments and arguments.command not in ("worker", "beat"):
        parser.error("only worker and beat pass on what follows --")
    try:
        return int(arguments.run(arguments))
    except OperatorError as error:
        complain(f"error: {error}")
        if error.hint:
            complain(f"hint: {error.hint}")
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """What stands before and after `--`, which argparse treats differently in every Python."""
    if "--" not in words:
        return words, []
    position = words.index("--")
    return words[:position], words[position + 1 :]


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog=PROGRAM, description="Operate this project.", epilog=EPILOG)
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)

    summary = "what is there and what is wrong"
    health = commands.add_parser("health", help=summary, description=summary)
    _add_report_arguments(health)
    health.set_defaults(run=_health)

    summary = "what waits in each queue and its limits"
    queues = commands.add_parser("queues", help=summary, description=summary)
    _add_report_arguments(queues)
    queues.set_defaults(run=_queues)

    summary = "send one task"
    send = commands.add_parser("send", help=summary, description=summary)
    _add_send_arguments(send)
    send.set_defaults(run=_send)

    summary = "remove all that waits in a queue, or the dead letters"
    purge = commands.add_parser("purge", help=summary, description=summary)
    purge.add_argument("queue", metavar="QUEUE", help="or dead-letters")
    purge.add_argument("--yes", action="store_true", help="do not ask")
    purge.set_defaults(run=_purge)

    summary = "make the queues, or correct them; needs rights that workers do not"
    create_queues = commands.add_parser("create-queues", help=summary, description=summary)
    create_queues.set_defaults(run=_create_queues)

    summary = "become the worker of these queues; what follows -- goes to Celery"
    worker = commands.add_parser("worker", help=summary, description=summary)
    worker.add_argument("queues", nargs="+", metavar="QUEUE")
    _add_launch_arguments(worker)
    worker.set_defaults(run=_worker)

    summary = "become beat, which sends what is scheduled; what follows -- goes to Celery"
    beat = commands.add_parser("beat", help=summary, description=summary)
    _add_launch_arguments(beat)
    beat.set_defaults(run=_beat)

    summary = "run everything here, without a server, and send examples"
    dev = commands.add_parser("dev", help=summary, description=summary)
    dev.add_argument("--seconds", type=_seconds, metavar="S", help="stop after S seconds")
    dev.add_argument("--once", action="store_true", help="send one example to each queue and stop")
    dev.add_argument("--loglevel", choices=LOG_LEVELS, default="WARNING", help="of the processes")
    dev.set_defaults(run=_dev)
    return parser


def _add_report_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="the same facts as JSON")
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=5.0,
        metavar="S",
        help="answer within S seconds, whatever state the broker is in (default: 5)",
    )


def _add_send_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("task", metavar="TASK", help="name of the task")
    parser.add_argument("--args", type=_json_list, default=[], metavar="JSON", help="a list")
    parser.add_argument("--kwargs", type=_json_object, default={}, metavar="JSON", help="an object")
    parser.add_argument("--queue", help="instead of the one that the task is routed to")
    parser.add_argument("--countdown", type=_delay, metavar="S", help="run it in S seconds")
    parser.add_argument("--wait", type=_seconds, metavar="S", help="wait S seconds for the result")


def _add_launch_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--loglevel", choices=LOG_LEVELS, help="default: the setting's")
    parser.add_argument("--print", action="store_true", help="show the command, run nothing")


# Each command imports Celery by itself, when it runs: importing it takes a third of a second.


def _health(arguments: Namespace) -> int:
    from standard_sqs.ops import health

    return health.run(arguments)


def _queues(arguments: Namespace) -> int:
    from standard_sqs.ops import queues

    return queues.run(arguments)


def _send(arguments: Namespace) -> int:
    from standard_sqs.ops import send

    return send.run(arguments)


def _purge(arguments: Namespace) -> int:
    from standard_sqs.ops import purge

    return purge.run(arguments)


def _create_queues(arguments: Namespace) -> int:
    from standard_sqs.ops import create_queues

    return create_queues.run(arguments)


def _worker(arguments: Namespace) -> int:
    from standard_sqs.ops import launch

    return launch.run_worker(arguments)


def _beat(arguments: Namespace) -> int:
    from standard_sqs.ops import launch

    return launch.run_beat(arguments)


def _dev(arguments: Namespace) -> int:
    from standard_sqs.ops import dev

    return dev.run(arguments)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return value


def _delay(text: str) -> int:
    # Whole seconds, as reliability/sending.py sends them.
    if not text.isdecimal() or not 0 < int(text) <= LONGEST_DELAY:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1 to {LONGEST_DELAY}")
    return int(text)


def _json_list(text: str) -> list[object]:
    value = _json(text)
    if not isinstance(value, list):
        raise ArgumentTypeError(f"{text!r} is not a list, such as [1, 2]")
    return value


def _json_object(text: str) -> dict[str, object]:
    value = _json(text)
    if not isinstance(value, dict):
        raise ArgumentTypeError(repr(text) + ' is not an object, such as {"name": 1}')
    return value


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ArgumentTypeError(f"{text!r} is not JSON: {error}") from None
