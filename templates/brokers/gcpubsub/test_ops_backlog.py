"""Cloud Monitoring counts what is not acknowledged, in one answer for all queues."""

from types import SimpleNamespace
from typing import Any

import pytest
from google.cloud import monitoring_v3

from {{ cookiecutter._project.package }}.ops.backlog import Backlog, Depths, read_depths
from {{ cookiecutter._project.package }}.topology import DEAD_LETTER_QUEUE, DEFAULT_QUEUE

CONNECTION: Any = SimpleNamespace(default_channel=SimpleNamespace(project_id="my-project"))


def series(name: str, *counts: int) -> monitoring_v3.TimeSeries:
    points = [{"value": {"int64_value": count}} for count in counts]
    return monitoring_v3.TimeSeries(resource={"labels": {"subscription_id": name}}, points=points)


@pytest.fixture
def _counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Monitoring has counted a queue twice, and the dead letters."""

    def answer(_: object, request: dict[str, Any], **__: object) -> list[monitoring_v3.TimeSeries]:
        assert request["name"] == "projects/my-project"
        monitoring_v3.ListTimeSeriesRequest(request)
        return [series(DEFAULT_QUEUE.name, 5, 9), series(DEAD_LETTER_QUEUE, 4)]

    monkeypatch.delenv("PUBSUB_EMULATOR_HOST", raising=False)
    client = type("Client", (), {"list_time_series": answer})
    monkeypatch.setattr(monitoring_v3, "MetricServiceClient", client)


@pytest.mark.usefixtures("_counted")
def test_the_latest_figure_of_a_queue_counts() -> None:
    depths = read_depths(CONNECTION, [DEFAULT_QUEUE.name])
    assert depths == Depths({DEFAULT_QUEUE.name: Backlog(unacked=5)}, dead_letters=4)
    assert depths.facts() == {"dead_letters": 4}
    assert depths.notes()[1] == f"dead letters in {DEAD_LETTER_QUEUE}: 4"


def test_an_emulator_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", "localhost:1")
    depths = read_depths(CONNECTION, [DEFAULT_QUEUE.name])
    assert depths == Depths({DEFAULT_QUEUE.name: Backlog()})
    assert depths.notes()[0].startswith("no figures")
