"""What `queues` makes of the answers of broker and workers."""

import json

import pytest

from standard_sqs.app import app
from standard_sqs.ops import cli, queues
from standard_sqs.ops.backlog import Backlog, Depths
from standard_sqs.topology import DEFAULT_QUEUE, QUEUES


def test_every_queue_is_reported_with_its_limits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    depths = Depths({DEFAULT_QUEUE.name: Backlog(ready=5, unacked=2)})
    monkeypatch.setitem(app.conf, "broker_url", "broker://host")
    monkeypatch.setattr(queues, "ask_broker", lambda: depths)
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
    assert cli.main(["queues"]) == 1
    assert capsys.readouterr().err == "error: the broker: refused\n"
