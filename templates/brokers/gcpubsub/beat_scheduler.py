"""A beat that is safe to start twice: one instance leads, the others stand by.

All of them look for one message on Pub/Sub. Who has received it leads: with exactly-once delivery
nobody else receives it as long as the leader extends its lease, and a lease that is over cannot be
extended. Pub/Sub promises that within one region.

The message is also the record of when each entry last ran. To write a new one, the leader sends it,
drops the one that it holds and receives the new one instead. An instance that comes in between
puts it back. If the leader dies in between, the next one drops the old record.
"""

import json
from contextlib import suppress
from datetime import datetime
from time import monotonic, time
from typing import Any

from celery.beat import ScheduleEntry, SchedulingError
from celery.beat import Scheduler as CeleryScheduler
from celery.utils.log import get_logger
from google.api_core.exceptions import (
    FailedPrecondition,
    GoogleAPIError,
    InvalidArgument,
    NotFound,
)
from kombu.exceptions import OperationalError

from {{ cookiecutter._project.package }}.topology import BEAT_LEASE, BEAT_QUEUE
from {{ cookiecutter._project.package }}.worker.beat_process import BeatProcess

# Seconds. Pub/Sub drops a message after RETENTION, one that is held as well.
RECORD_LIFETIME = 24 * 60 * 60
# For the message to come; who stands by asks again at its next tick.
PATIENCE = 1
# For the record that this instance has just sent.
OWN_PATIENCE = 3

logger = get_logger(__name__)


class LeadLostError(Exception):
    """Another instance leads, or may do so."""


class Scheduler(BeatProcess, CeleryScheduler):
    """Celery's scheduler, at work only in the instance that leads."""

    # Of the message that makes this instance the leader; `_lead_ends` by the clock of `monotonic`.
    _ack_id = ""
    _lead_ends = 0.0
    _recorded_at = 0.0

{% set why_no_retry = "Celery would try for longer than the lead lasts." %}
{% include "partials/beat/setup_schedule.py" %}

    def tick(self, **kwargs: Any) -> float:
        """Send what is due, if this instance leads; return the seconds until the next call."""
        with self.whole_tick():
            delay: float = self.max_interval
            try:
                if self._lead():
                    delay = super().tick(**kwargs)
            except LeadLostError:
                logger.warning("beat: standing by, the lead is lost")
                self._ack_id = ""
            except (GoogleAPIError, OSError, SchedulingError) as error:
                # The lead may still be ours: the next tick goes on, or finds out.
                logger.warning("beat: Pub/Sub does not answer: %r", error)
            self.show(leading=bool(self._ack_id))
        return delay

{% set server_error = "GoogleAPIError" %}
{% include "partials/beat/apply_entry.py" %}

    def close(self) -> None:
        """Leave the lead to another instance at once."""
        super().close()
        if self._ack_id:
            with suppress(GoogleAPIError):
                self._put_back()

    def _lead(self) -> bool:
        """Return whether this instance leads, which it does as soon as nobody else does."""
        if self._ack_id:
            self._extend()
            if time() - self._recorded_at > RECORD_LIFETIME:
                self._record_runs()
            return True
        record = self._receive(PATIENCE)
        if record is None:
            return False
        if 0 <= time() - record["at"] < OWN_PATIENCE:
            # The leader has just sent it, and is about to receive it.
            self._put_back()
            return False
        for name, entry in self.schedule.items():
            run = record["runs"].get(name)
            # An entry that is new in this release begins now.
            entry.last_run_at = datetime.fromisoformat(run) if run else entry.default_now()
        self._heap = None  # tick() sorts the entries again
        logger.info("beat: leading")
        return True

    def _channel(self) -> Any:
        self.connection.connect()  # nothing, if it is connected
        return self.connection.default_channel

    def _extend(self) -> None:
        """Say that this instance is there.

        Raises:
            LeadLostError: it was silent for too long. Its own clock is asked first: an emulator
                might still take the word of one whose message somebody else has received by now.
        """
        channel, ends = self._channel(), monotonic() + BEAT_LEASE
        if monotonic() >= self._lead_ends:
            raise LeadLostError
        try:
            channel.lease(BEAT_QUEUE, [self._ack_id], BEAT_LEASE)
        except (FailedPrecondition, InvalidArgument, NotFound) as error:
            raise LeadLostError from error
        self._lead_ends = ends

    def _put_back(self) -> None:
        ack_id, self._ack_id = self._ack_id, ""
        self._channel().lease(BEAT_QUEUE, [ack_id], 0)

    def _receive(self, patience: float) -> dict[str, Any] | None:
        """Return the latest record, and hold its message; None if another instance does."""
        channel, ends = self._channel(), monotonic() + BEAT_LEASE
        received = channel.receive(BEAT_QUEUE, timeout=patience)
        messages = [(json.loads(one.message.data), one.ack_id) for one in received]
        if not messages:
            return None
        messages.sort(key=lambda message: float(message[0]["at"]))
        record: dict[str, Any]
        record, self._ack_id = messages.pop()
        self._lead_ends, self._recorded_at = ends, record["at"]
        for ack_id in [record.get("replaces"), *(ack_id for _, ack_id in messages)]:
            if ack_id:
                # The one that it replaces is gone already, unless its leader died just then.
                with suppress(FailedPrecondition, InvalidArgument):
                    channel.acknowledge(BEAT_QUEUE, ack_id)
        return record

    def _record_runs(self) -> None:
        """Replace the record that this instance holds.

        Raises:
            LeadLostError: another instance came first, and has the new one.
        """
        channel, now = self._channel(), time()
        runs = {name: entry.last_run_at.isoformat() for name, entry in self.schedule.items()}
        record = {"at": now, "runs": runs, "replaces": self._ack_id}
        channel.send(BEAT_QUEUE, json.dumps(record).encode())
        # Another instance has dropped it, if that has received the new one by now.
        with suppress(FailedPrecondition, InvalidArgument):
            channel.acknowledge(BEAT_QUEUE, self._ack_id)
        latest = self._receive(OWN_PATIENCE)
        if latest is None:
            raise LeadLostError
        if latest["at"] != now:
            # Another one has led since: what this instance knows of the runs is out of date.
            self._put_back()
            raise LeadLostError
