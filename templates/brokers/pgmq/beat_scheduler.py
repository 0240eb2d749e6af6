"""A beat that is safe to start twice: one instance leads, the others stand by.

One row of a table says who leads and until when, by the clock of PostgreSQL, and when each entry
last ran. The leader puts off the end of its lead at every turn; whoever finds it over leads.

A task is sent in the transaction that records its run, and which fails if another instance leads.
So one that was frozen, and wakes up as if nothing had happened, cannot send; and the successor
neither repeats a run nor skips one.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

import psycopg
from celery.beat import ScheduleEntry, SchedulingError
from celery.beat import Scheduler as CeleryScheduler
from celery.utils.log import get_logger
from kombu.exceptions import OperationalError
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from {{ cookiecutter._project.package }}.reliability.session import Connection
from {{ cookiecutter._project.package }}.topology import BEAT_TABLE
from {{ cookiecutter._project.package }}.worker.beat_process import BeatProcess

# Seconds without a word from the leader, after which another instance leads.
LOCK_TIMEOUT = {{ cookiecutter._timing.beat_lock_timeout }}

_TABLE = Identifier(BEAT_TABLE)
_ENDS = SQL("clock_timestamp() + make_interval(secs => %(seconds)s)")
# The leader of before may be this one, after it lost its connection.
TAKE = SQL(
    "UPDATE {} SET leader = %(me)s, leads_until = {}"
    " WHERE leader = %(me)s OR leads_until < clock_timestamp() RETURNING runs"
).format(_TABLE, _ENDS)
KEEP = SQL("UPDATE {} SET leads_until = {} WHERE leader = %(me)s").format(_TABLE, _ENDS)
RECORD = SQL("UPDATE {} SET leads_until = {}, runs = %(runs)s WHERE leader = %(me)s").format(
    _TABLE, _ENDS
)
LEAVE = SQL("UPDATE {} SET leads_until = clock_timestamp() WHERE leader = %(me)s").format(_TABLE)
# An instance that is frozen in a transaction must not keep the row from the others.
BOUND = SQL("SET LOCAL idle_in_transaction_session_timeout = {}").format(LOCK_TIMEOUT * 1000)

_LOST = (OSError, OperationalError, psycopg.OperationalError)

logger = get_logger(__name__)


class LeadLostError(Exception):
    """Another instance leads."""


class Scheduler(BeatProcess, CeleryScheduler):
    """Celery's scheduler, at work only in the instance that leads."""

    _leading = False

    def __init__(self, *args: Any, **options: Any) -> None:
        self._identity = str(uuid4())
        super().__init__(*args, **options)

{% set why_no_retry = "kombu retries over a new connection, which has no transaction." %}
{% include "partials/beat/setup_schedule.py" %}

    def tick(self, **kwargs: Any) -> float:
        """Send what is due, if this instance leads; return the seconds until the next call."""
        with self.whole_tick():
            delay: float = self.max_interval
            try:
                if self._lead():
                    delay = super().tick(**kwargs)
            except LeadLostError:
                logger.warning("beat: standing by, another instance leads")
                self._leading = False
            except (psycopg.Error, OSError, SchedulingError) as error:
                # What was sent in that transaction was not, and is due again.
                logger.warning("beat: PostgreSQL does not answer: %r", error)
                self._leading = False
            self.show(leading=self._leading)
        return delay

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Send a task and record the run: both or neither."""
        logger.info("Scheduler: Sending due task %s (%s)", entry.name, entry.task)
        with self._session() as session, session.transaction():
            session.execute(BOUND)
            self._record_runs(session)
            try:
                self.apply_async(entry, producer=producer, advance=False)
            except SchedulingError as error:
                if isinstance(error.__context__, _LOST):
                    raise
                # An entry that cannot be sent must not hold up the others.
                logger.exception("beat: this run of %s is lost", entry.name)

    def close(self) -> None:
        """Leave the lead to another instance at once."""
        super().close()
        if self._leading:
            with suppress(psycopg.Error, OSError), self._session() as session:
                session.execute(LEAVE, {"me": self._identity})

    def _lead(self) -> bool:
        """Return whether this instance leads, which it does as soon as nobody else does."""
        self.connection.connect()  # nothing, if it is connected
        values = {"me": self._identity, "seconds": LOCK_TIMEOUT}
        with self._session() as session:
            if self._leading:
                if not session.execute(KEEP, values).rowcount:
                    raise LeadLostError
                return True
            taken = session.execute(TAKE, values).fetchone()
        if taken:
            self._restore_runs(*taken)
            self._leading = True
            logger.info("beat: leading")
        return self._leading

    def _session(self) -> Any:
        """The connection over which tasks are sent."""
        return self.connection.transport.session.connection()

    def _restore_runs(self, runs: dict[str, str]) -> None:
        for name, entry in self.schedule.items():
            run = runs.get(name)
            # An entry that is new in this release begins now.
            entry.last_run_at = datetime.fromisoformat(run) if run else entry.default_now()
        self._heap = None  # tick() sorts the entries again

    def _record_runs(self, session: Connection) -> None:
        """Raise LeadLostError if another instance leads: then nothing is sent."""
        runs = {name: entry.last_run_at.isoformat() for name, entry in self.schedule.items()}
        values = {"me": self._identity, "seconds": LOCK_TIMEOUT, "runs": Jsonb(runs)}
        if not session.execute(RECORD, values).rowcount:
            raise LeadLostError
