"""deploy/docker/probe: what it answers to files of different age."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from standard_sqs.settings import ENV_PREFIX

PROBE = Path(__file__).parents[2] / "deploy" / "docker" / "probe"
READY, LIVE = 20, 60


@pytest.mark.parametrize(
    ("question", "ages", "answer", "line"),
    [
        ("startup", {}, 1, "startup: no {}/started"),
        ("startup", {"started": 900}, 0, "startup: consumed its queues 900 s ago"),
        ("ready", {}, 1, "ready: no {}/ready"),
        ("ready", {"ready": READY - 5}, 0, f"ready: {READY - 5} s old, up to {READY} s allowed"),
        ("ready", {"ready": READY + 5}, 1, f"ready: {READY + 5} s old, up to {READY} s allowed"),
        ("live", {"live": LIVE - 5}, 0, f"live: {LIVE - 5} s old, up to {LIVE} s allowed"),
        ("live", {"live": LIVE + 5}, 1, f"live: {LIVE + 5} s old, up to {LIVE} s allowed"),
        ("beat", {"beat": 5}, 0, f"beat: 5 s old, up to {LIVE} s allowed"),
        ("beat", {"beat.standby": 5}, 0, f"beat.standby: 5 s old, up to {LIVE} s allowed"),
        ("beat", {"beat": 900}, 1, "beat: neither leads nor stands by"),
        ("beat", {}, 1, "beat: neither leads nor stands by"),
        ("nonsense", {"live": 0}, 2, "usage: probe startup|live|ready|beat"),
    ],
)
def test_the_age_of_a_file_decides(
    tmp_path: Path, question: str, ages: dict[str, int], answer: int, line: str
) -> None:
    # The probe counts whole seconds: the clock must not reach the next one before the answer.
    if (fraction := time.time() % 1) > 0.5:
        time.sleep(1 - fraction)
    now = time.time()
    for name, age in ages.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (now - age, now - age))
    asked = ask(question, {f"{ENV_PREFIX}RUN_DIR": str(tmp_path)})
    assert (asked.returncode, asked.stdout) == (answer, line.format(tmp_path) + "\n")


def test_the_environment_sets_the_limits(tmp_path: Path) -> None:
    (tmp_path / "live").touch()
    os.utime(tmp_path / "live", (0, 0))
    limits = {f"{ENV_PREFIX}RUN_DIR": str(tmp_path), f"{ENV_PREFIX}LIVE_MAX_AGE": "99999999999"}
    assert ask("live", limits).returncode == 0


def ask(question: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(PROBE), question]
    environment = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(  # noqa: S603 - a script of our own
        command,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
