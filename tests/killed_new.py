"""Runs `celery-scaffold new` and kills it, without warning, at a chosen file-system event below a directory.

Usage: python killed_new.py DIRECTORY EVENT_NUMBER ARGUMENTS…   (0: never; the number of events goes to stderr)
"""

import os
import signal
import sys

from celery_scaffold.__main__ import main

DIRECTORY, LAST = sys.argv[1], int(sys.argv[2])
EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "shutil.copyfile", "subprocess.Popen"}
seen = 0


def count(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: Python tells it of every file it is about to open, make, rename or remove."""
    global seen  # noqa: PLW0603  a hook has no other place to keep its count
    if event in EVENTS and (event == "subprocess.Popen" or any(DIRECTORY in str(part) for part in arguments)):
        seen += 1
        if seen == LAST:
            os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(count)
code = main(sys.argv[3:])
sys.stderr.write(f"\nevents: {seen}\n")
sys.exit(code)
