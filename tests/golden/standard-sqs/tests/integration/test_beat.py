"""Two beats and one schedule, on the real broker."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from kombu import Connection

from standard_sqs.app import app
from standard_sqs.settings import ENV_PREFIX
from standard_sqs.topology import DEFAULT_QUEUE

from tests.in_process import connected_to
from tests.integration.journal import eventually
from tests.own_broker import empty

ROOT = Path(__file__).parents[2]
START = 60
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Beat:
    """A beat process and its health files."""

    process: "subprocess.Popen[bytes]"
    run_dir: Path

    def wait_until(self, state: str, *, within: float) -> None:
        file = self.run_dir / state
        eventually(lambda: file.exists() or self.process.poll() is not None, within=within)
        assert self.process.poll() is None


class Beats:
    """Starts beat processes and leaves none behind."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._beats: list[Beat] = []

    def start(self) -> Beat:
        name = f"beat-{len(self._beats)}"
        run_dir = self._directory / name
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            f"{ENV_PREFIX}RUN_DIR": str(run_dir),
        }
        command = [sys.executable, "-m", "celery", "--app=tests.integration.every_second"]
        # A name of its own, as on a host of its own.
        command += ["beat", f"--hostname={name}@%h"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603  (as above)
        self._beats.append(Beat(process, run_dir))
        return self._beats[-1]

    def stop(self) -> None:
        for beat in self._beats:
            beat.process.send_signal(signal.SIGCONT)
            beat.process.terminate()
        for beat in self._beats:
            with suppress(subprocess.TimeoutExpired):
                beat.process.wait(15)
            beat.process.kill()
            beat.process.wait(5)


class Inbox:
    """Takes what is sent, in place of a worker."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sent: list[datetime] = []

    def on_message(self, _body: Any, message: Any) -> None:
        # All of them expire after the same time, so this differs as the times of sending do.
        self._sent.append(datetime.fromisoformat(message.headers["expires"]))
        message.ack()

    def wait_for(self, count: int, *, within: float) -> None:
        """Take `count` more tasks.

        Raises:
            TimeoutError: they did not come within that many seconds.
        """
        wanted, deadline = len(self._sent) + count, monotonic() + within
        while len(self._sent) < wanted:
            self._connection.drain_events(timeout=max(0.01, deadline - monotonic()))

    def gaps(self) -> list[timedelta]:
        """Return the times between one task and the next."""
        return [later - earlier for earlier, later in pairwise(self._sent)]


@pytest.fixture
def beats(broker_url: str, tmp_path: Path) -> Iterator[Beats]:
    """Start beats on an empty broker."""
    empty(broker_url)
    started = Beats(tmp_path)
    try:
        yield started
    finally:
        started.stop()


@pytest.fixture
def leader(beats: Beats) -> Beat:
    """Start a beat, which leads."""
    beat = beats.start()
    beat.wait_until("beat", within=START)
    return beat


@pytest.fixture
def standby(beats: Beats, leader: Beat) -> Beat:  # noqa: ARG001  (the first one leads)
    """Start another beat, which stands by."""
    beat = beats.start()
    beat.wait_until("beat.standby", within=START)
    return beat


@pytest.fixture
def inbox(broker_url: str, standby: Beat) -> Iterator[Inbox]:  # noqa: ARG001  (with two beats)
    """Receive what is sent from now on."""
    with connected_to(app, broker_url, None), app.connection_for_read() as connection:
        inbox = Inbox(connection)
        queue = app.amqp.queues[DEFAULT_QUEUE.name]
        consumer = connection.Consumer([queue], callbacks=[inbox.on_message], accept=["json"])
        consumer.purge()
        with consumer:
            yield inbox


def test_two_beats_send_a_task_once_each_time_it_is_due(inbox: Inbox) -> None:
    inbox.wait_for(16, within=30)

    gaps = inbox.gaps()
    assert [gap for gap in gaps if not 0.95 * SECOND < gap < 1.9 * SECOND] == []


@pytest.mark.parametrize(
    ("number", "within"),
    [
        pytest.param(signal.SIGTERM, 15, id="stopped"),
        pytest.param(signal.SIGKILL, 60, id="killed"),
        pytest.param(signal.SIGSTOP, 60, id="frozen"),
    ],
)
def test_another_beat_takes_over(
    number: signal.Signals, within: float, leader: Beat, standby: Beat, inbox: Inbox
) -> None:
    inbox.wait_for(3, within=10)

    leader.process.send_signal(number)
    standby.wait_until("beat", within=within)

    inbox.wait_for(3, within=10)
    # If it is frozen, it wakes up now and believes that it leads. (It does not exist otherwise.)
    leader.process.send_signal(signal.SIGCONT)
    inbox.wait_for(7, within=15)
    assert [gap for gap in inbox.gaps() if gap < 0.95 * SECOND] == []
    # One run stands for all that were missed.
    assert len([gap for gap in inbox.gaps() if gap > 1.9 * SECOND]) <= 1


def test_a_beat_that_is_stopped_ends_well(leader: Beat) -> None:
    leader.process.terminate()

    assert leader.process.wait(15) == 0
