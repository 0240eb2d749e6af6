"""A beat that is safe to start twice: one instance leads, the others stand by.

A queue of Service Bus has a session for it, in which no message ever is. Who has locked the session
leads: the others are refused until the leader has not been heard of for BEAT_LOCK. The state of the
session is the record of when each entry last ran.
"""

import json
from contextlib import suppress
from datetime import datetime
from time import monotonic
from typing import Any

from azure.core.exceptions import AzureError
from azure.servicebus import ServiceBusReceiver
from azure.servicebus.exceptions import SessionCannotBeLockedError, SessionLockLostError
from celery.beat import ScheduleEntry, SchedulingError
from celery.beat import Scheduler as CeleryScheduler
from celery.utils.log import get_logger
from kombu.exceptions import OperationalError

from {{ cookiecutter._project.package }}.reliability.namespace import messaging
from {{ cookiecutter._project.package }}.topology import BEAT_LOCK, BEAT_QUEUE
from {{ cookiecutter._project.package }}.worker.beat_process import BeatProcess

SESSION = "beat"

logger = get_logger(__name__)


class LeadLostError(Exception):
    """Another instance leads, or may do so."""


class Scheduler(BeatProcess, CeleryScheduler):
    """Celery's scheduler, at work only in the instance that leads."""

    # Of the session, in the instance that leads; `_lead_ends` by the clock of `monotonic`.
    _receiver: ServiceBusReceiver | None = None
    _lead_ends = 0.0

{% set why_no_retry = "Celery would try for longer than the lead lasts." %}
{% include "partials/beat/setup_schedule.py" %}

    def tick(self, **kwargs: Any) -> float:
        """Send what is due, if this instance leads; return the seconds until the next call."""
        with self.whole_tick():
            delay: float = self.max_interval
            try:
                if self._lead():
                    delay = super().tick(**kwargs)
            except (LeadLostError, SessionLockLostError):
                logger.warning("beat: standing by, the lead is lost")
                self._leave()
            except (AzureError, OSError, SchedulingError) as error:
                # The lead may still be ours: the next tick goes on, or finds out.
                logger.warning("beat: Service Bus does not answer: %r", error)
            self.show(leading=self._receiver is not None)
        return delay

{% set server_error = "AzureError" %}
{% include "partials/beat/apply_entry.py" %}

    def close(self) -> None:
        """Leave the lead to another instance at once."""
        super().close()
        self._leave()

    def _lead(self) -> bool:
        """Return whether this instance leads, which it does as soon as nobody else does."""
        if self._receiver:
            self._extend()
            return True
        # One attempt: the next tick makes the next.
        service = messaging(self.app.conf.broker_url, retry_total=0)
        receiver = service.get_queue_receiver(BEAT_QUEUE, session_id=SESSION)
        ends = monotonic() + BEAT_LOCK
        state = None
        try:
            state = _lock(receiver)
        finally:
            if state is None:
                receiver.close()
        if state is None:
            return False
        self._receiver, self._lead_ends = receiver, ends
        self._read_runs(state)
        logger.info("beat: leading")
        return True

    def _leave(self) -> None:
        if self._receiver:
            with suppress(AzureError, ValueError):
                self._receiver.close()  # which unlocks the session
        self._receiver = None

    def _extend(self) -> None:
        """Say that this instance is there.

        Raises:
            LeadLostError: it was silent for too long. Its own clock is asked first.
        """
        ends = monotonic() + BEAT_LOCK
        if self._receiver is None or monotonic() >= self._lead_ends:
            raise LeadLostError
        self._receiver.session.renew_lock()
        self._lead_ends = ends

    def _read_runs(self, state: bytes) -> None:
        runs = json.loads(state)
        for name, entry in self.schedule.items():
            # An entry that is new in this release begins now.
            last = runs.get(name)
            entry.last_run_at = datetime.fromisoformat(last) if last else entry.default_now()
        self._heap = None  # tick() sorts the entries again

    def _record_runs(self) -> None:
        if self._receiver is None:
            raise LeadLostError
        runs = {name: entry.last_run_at.isoformat() for name, entry in self.schedule.items()}
        self._receiver.session.set_state(json.dumps(runs))


def _lock(receiver: ServiceBusReceiver) -> bytes | None:
    """Lock the session and return its state; None if another instance has it."""
    try:
        receiver.__enter__()
        # Where it is refused, the client may hear of that only later.
        if receiver.session.locked_until_utc is None:
            return None
        return bytes(receiver.session.get_state() or b"{}")
    except (SessionCannotBeLockedError, SessionLockLostError):
        return None
