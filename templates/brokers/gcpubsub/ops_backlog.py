"""How much work waits on Pub/Sub: figures of Cloud Monitoring, which are some minutes old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import ClassVar

from google.cloud import monitoring_v3
from kombu import Connection

from {{ cookiecutter._project.package }}.settings import get_settings
from {{ cookiecutter._project.package }}.topology import DEAD_LETTER_QUEUE

HEADERS = ("unacked",)
_METRIC = "pubsub.googleapis.com/subscription/num_undelivered_messages"
# Monitoring takes a figure each minute, and shows it up to four minutes later.
_WINDOW = timedelta(minutes=10)
# Seconds for it to answer.
_TIMEOUT = 5


@dataclass(frozen=True)
class Backlog:
    """The messages of one queue.

    Attributes:
        ready: not yet delivered; Pub/Sub does not tell them from the others.
        unacked: not yet acknowledged: those that wait, run, or are held until their time. None
            where nobody counts.
    """

    ready: int | None = None
    unacked: int | None = None
    #: Pub/Sub does not know who reads a queue.
    consumers: ClassVar[None] = None

    def cells(self) -> list[object]:
        """A row under `HEADERS`."""
        return [self.unacked]


@dataclass(frozen=True)
class Depths:
    """What waits on the broker.

    Attributes:
        backlogs: by full queue name.
        dead_letters: messages that were given up; None where nobody counts.
    """

    backlogs: dict[str, Backlog]
    dead_letters: int | None = None

    def facts(self) -> dict[str, object]:
        """What holds for all queues, for programs."""
        return {"dead_letters": self.dead_letters}

    def notes(self) -> list[str]:
        """What the figures mean, and what waits outside of the queues."""
        if self.dead_letters is None and not any(
            backlog.unacked for backlog in self.backlogs.values()
        ):
            return ["no figures: an emulator counts nothing, and Cloud Monitoring is minutes late"]
        lines = ["unacked: waiting or delivered, as Cloud Monitoring counted some minutes ago"]
        if self.dead_letters:
            lines.append(f"dead letters in {DEAD_LETTER_QUEUE}: {self.dead_letters}")
        return lines


def read_depths(connection: Connection, names: Sequence[str]) -> Depths:
    """Ask Cloud Monitoring about queues, by their full names; one request for all."""
    counts = {} if get_settings().emulated else _counts(connection.default_channel.project_id)
    backlogs = {name: Backlog(unacked=counts.get(name)) for name in names}
    return Depths(backlogs, counts.get(DEAD_LETTER_QUEUE))


def _counts(project: str) -> dict[str, int]:
    """The latest figure of each subscription of this project."""
    now = datetime.now(timezone.utc)
    series = monitoring_v3.MetricServiceClient().list_time_series(
        request={
            "name": f"projects/{project}",
            "filter": f'metric.type = "{_METRIC}" AND resource.labels.subscription_id'
            ' = starts_with("{{ cookiecutter.project_slug }}-")',
            "interval": {"start_time": now - _WINDOW, "end_time": now},
            "view": monitoring_v3.ListTimeSeriesRequest.TimeSeriesView.FULL,
        },
        timeout=_TIMEOUT,
        retry=None,
    )
    # The latest point is the first.
    return {
        one.resource.labels["subscription_id"]: one.points[0].value.int64_value for one in series
    }
