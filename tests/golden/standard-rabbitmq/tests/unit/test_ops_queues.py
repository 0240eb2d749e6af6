"""What `queues` makes of the answers of broker and workers."""

import json

import pytest

from standard_rabbitmq.app import app
from standard_rabbitmq.ops import cli, queues
from standard_rabbitmq.ops.backlog import Backlog, Depths
from standard_rabbitmq.ops.queues import queue_states
from standard_rabbitmq.ops.workers import Worker
from standard_rabbitmq.topology import DEFAULT_QUEUE, QUEUES

READER = Worker("one@host", (DEFAULT_QUEUE.name,))


def test_the_broker_counts_consumers_better_than_replies_do() -> None:
    depths = Depths({DEFAULT_QUEUE.name: Backlog(ready=5, consumers=3)})
    states = {state.queue: state for state in queue_states(depths, [READER])}
    assert states[DEFAULT_QUEUE.key].consumers == 3
    assert states[DEFAULT_QUEUE.key].workers == ("one@host",)


def test_every_queue_is_reported_with_its_limits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    depths = Depths({DEFAULT_QUEUE.name: Backlog(ready=5, unacked=2)})
    monkeypatch.setitem(app.conf, "broker_url", "broker://host")
    monkeypatch.setattr(queues, "ask_broker", lambda: depths)
    monkeypatch.setattr(queues, "answering_workers", lambda *_: (READER,))
    assert cli.main(["queues", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert depths.facts().items() <= report.items()
    assert [entry["queue"] for entry in report["queues"]] == list(QUEUES)
    entry = next(entry for entry in report["queues"] if entry["queue"] == DEFAULT_QUEUE.key)
    assert (entry["backlog"]["ready"], entry["backlog"]["unacked"]) == (5, 2)
    assert entry["limits"]["time_limit"] == DEFAULT_QUEUE.time_limit


def test_a_broker_that_is_gone_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> Depths:
        raise ConnectionError("refused")

    monkeypatch.setitem(app.conf, "broker_url", "broker://host")
    monkeypatch.setattr(queues, "ask_broker", fail)
    monkeypatch.setattr(queues, "answering_workers", lambda *_: ())
    assert cli.main(["queues"]) == 1
    assert capsys.readouterr().err == "error: the broker: refused\n"
