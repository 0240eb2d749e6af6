"""Runs `celery-scaffold` and sends it a signal at a chosen file-system event below a directory.

Usage: python killed_run.py DIRECTORY EVENT SIGNAL ARGUMENTS…

EVENT is a number, 0 for never, or the name of an audit event. The number of events goes to stderr. That a process is
about to be started counts, wherever it runs.
"""

import atexit
import os
import sys

from celery_scaffold.__main__ import run

DIRECTORY, LAST, SIGNAL = sys.argv[1], sys.argv[2], int(sys.argv[3])
EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "shutil.copyfile", "subprocess.Popen"}
seen = 0


def count(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: Python tells it of every file it is about to open, make, rename or remove."""
    global seen  # noqa: PLW0603  a hook has no other place to keep its count
    if event in EVENTS and (event == "subprocess.Popen" or any(DIRECTORY in str(part) for part in arguments)):
        seen += 1
        if LAST in (event, str(seen)):
            os.kill(os.getpid(), SIGNAL)


sys.addaudithook(count)
atexit.register(lambda: sys.stderr.write(f"\nevents: {seen}\n"))
sys.argv[1:] = sys.argv[4:]
run()
