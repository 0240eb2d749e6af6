"""The entry point: runs a command and turns what went wrong into a line and an exit code."""

from __future__ import annotations

import contextlib
import gc
import signal
import sys
from functools import cache
from typing import TYPE_CHECKING

from celery_scaffold import console, interrupts, streams
from celery_scaffold.errors import BUG, DONE, INTERRUPTED, MISTAKE, SIGNALLED, ScaffoldError, printable
from celery_scaffold.prompts import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: without the program's name; `sys.argv` when None.

    Returns:
        The exit code: 0 done, 1 a mistake of the user's, 2 findings, 3 a bug, 130 interrupted, 128 and the number of
        the signal for SIGTERM and SIGHUP.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    streams.prepare()
    with contextlib.redirect_stdout(streams.Kept(sys.stdout)) as kept:
        code = _code(given)
    try:
        kept.deliver()
    except ScaffoldError as error:
        console.failed(error)
        return code or error.exit_code
    return code


def _code(given: list[str]) -> int:
    """Run one command, and say what went wrong."""
    try:
        return _run(given)
    except ScaffoldError as error:
        if isinstance(error, Interrupted):
            console.interrupted(error.message, error.resume)
        else:
            console.failed(error)
        if "--json" in given:
            console.failure_facts(error)
        return error.exit_code
    except (KeyboardInterrupt, EOFError):
        console.say("interrupted: nothing was written")
        return INTERRUPTED
    except interrupts.Terminated as stop:
        console.say(f"stopped by {signal.Signals(stop.number).name}: nothing was written")
        return SIGNALLED + stop.number
    except Exception as error:  # noqa: BLE001  a bug: the traceback goes to a file, the user gets its path
        return _bug(error)


def _run(given: list[str]) -> int:
    import typer
    from typer.exceptions import TyperException

    try:
        code = _program(given[0] if given else "")(
            given or ["--help"], prog_name="celery-scaffold", standalone_mode=False
        )
    except typer.Exit as stop:
        return int(stop.exit_code)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except interrupts.Terminated:  # is a SystemExit as well
        raise
    except SystemExit as stop:  # the completion of a shell
        return stop.code if isinstance(stop.code, int) else MISTAKE
    except TyperException as error:
        # Typer's usage errors exit with 2, which here means findings; a wrong flag is a mistake.
        raise ScaffoldError(_usage(error), "celery-scaffold --help", MISTAKE) from None
    finally:
        interrupts.disregard()
    if code == INTERRUPTED:  # Typer has turned KeyboardInterrupt into an exit code
        raise KeyboardInterrupt
    return code if isinstance(code, int) else DONE


@cache
def _program(first_word: str) -> Callable[..., object]:
    """The command of this name, or all, with what Typer reads from signatures: `app()` would read it at each call."""
    from typer.main import get_command

    from celery_scaffold.cli import app_of

    return get_command(app_of(first_word))


def _usage(error: Exception) -> str:
    format_message = getattr(error, "format_message", None)
    return str(format_message() if format_message else error).rstrip(".")


def _bug(error: Exception) -> int:
    import tempfile
    import traceback

    summary = printable(f"{type(error).__name__}: {error}")[:300]
    console.say(f"this is a bug in celery-scaffold: {summary}")
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    try:
        with tempfile.NamedTemporaryFile("w", prefix="celery-scaffold-", suffix=".log", delete=False) as log:
            log.write(trace)
    except OSError as reason:
        console.say(f"please report it with this traceback; it cannot be kept in a file: {reason}\n{trace}")
    else:
        console.say(f"the traceback is in {log.name}; please report it")
    return BUG


def run() -> None:
    """The console script."""
    # A run is over in half a second; looking for reference cycles in what was imported takes a tenth of it.
    gc.disable()
    interrupts.heed()
    code = main()
    # Python looks for them once more when it ends, in what is not frozen.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    run()
