"""`dev` works on this machine as it is, without any server."""

import os
import subprocess
import sys
from pathlib import Path

from standard_sqs.topology import QUEUES

SRC = Path(__file__).parents[2] / "src"


def test_once_gets_a_result_from_every_queue(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "standard_sqs", "dev", "--once"]
    done = subprocess.run(  # noqa: S603 - a command of our own
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    header, *rows = done.stdout.splitlines()[1 : len(QUEUES) + 2]
    assert header.split() == ["queue", "result", "worker", "took"]
    assert {row.split()[0] for row in rows} == set(QUEUES)
