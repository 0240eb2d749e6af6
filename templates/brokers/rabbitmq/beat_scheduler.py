"""A beat that is safe to start twice: one instance leads, the others stand by.

The leader owns an exclusive queue, which lives exactly as long as the connection that declared it,
and it sends the tasks over that same connection. So an instance that lost the lead without noticing
cannot send: the server closed its connection before it let another one lead.

A task and the record of its run are one AMQP transaction: the successor neither repeats a run nor
skips one. The record is a message, so beat needs no file of its own.
"""

from typing import Any

from amqp.exceptions import AMQPError, ChannelError
from celery.beat import ScheduleEntry, SchedulingError
from celery.beat import Scheduler as CeleryScheduler
from celery.utils.log import get_logger
from kombu import Producer, Queue
from kombu.exceptions import OperationalError

from {{ cookiecutter._project.package }}.worker.beat_process import BeatProcess

LOCK = Queue(
    "{{ cookiecutter.project_slug }}.beat.lock",
    exclusive=True,
    durable=False,
    queue_arguments={"x-queue-type": "classic"},
)
# One message: when each entry last ran. A new one takes the place of the old one.
RUNS = Queue(
    "{{ cookiecutter.project_slug }}.beat.runs",
    queue_arguments={
        "x-queue-type": "quorum",
        "x-max-length": 1,
        "x-overflow": "drop-head",
        # A leader that dies while it reads the message puts it back, any number of times.
        "x-delivery-limit": -1,
    },
)
# Seconds. The server gives up a silent connection, and with it the lock, after two or three.
HEARTBEAT = 8

logger = get_logger(__name__)


class Scheduler(BeatProcess, CeleryScheduler):
    """Celery's scheduler, at work only in the instance that leads."""

    _leading = False
    _channel: Any = None
    _lock_is_free = False

{% set why_no_retry = "kombu retries over a new connection, and that one would not own the lock." %}
{% include "partials/beat/setup_schedule.py" %}

    def tick(self, **kwargs: Any) -> float:
        """Send what is due, if this instance leads; return the seconds until the next call."""
        with self.whole_tick():
            delay: float = self.max_interval
            try:
                if self._lead():
                    delay = super().tick(**kwargs)
            except (AMQPError, OSError, SchedulingError) as error:
                logger.warning("beat: standing by, the connection is lost: %r", error)
                self._step_down()
            self.show(leading=self._leading)
        return delay

    def apply_entry(self, entry: ScheduleEntry, producer: Producer | None = None) -> None:
        """Send a task and record the run: both or neither."""
        logger.info("Scheduler: Sending due task %s (%s)", entry.name, entry.task)
        try:
            self.apply_async(entry, producer=producer, advance=False)
            self._record_runs()
        except (SchedulingError, ChannelError) as error:
            if isinstance(error.__context__, OperationalError):
                raise  # The run is not recorded, so it is still due for whoever leads next.
            # An entry that cannot be sent, or that the server refuses, must not hold up the others.
            logger.exception("beat: this run of %s is lost", entry.name)
            # If the server has closed the channel, py-amqp opens it anew, without transactions.
            self._channel.tx_select()
            self._record_runs()

    def _lead(self) -> bool:
        """Return whether this instance leads, which it does as soon as the lock is free."""
        if self._leading:
            # An error if the lock is lost. It is also the traffic that counts as a heartbeat.
            LOCK(self._channel).queue_declare(passive=True)
            return True
        if self._channel is None:
            self._connect()
        if not self._probe_lock():
            return False
        LOCK(self._channel).declare()
        self._restore_runs()
        self._leading = True
        logger.info("beat: leading")
        return True

    def _connect(self) -> None:
        self.connection = self.app.connection_for_write(
            heartbeat=HEARTBEAT,
            transport_options={
                # A channel has either transactions or confirms.
                "confirm_publish": False,
                "read_timeout": HEARTBEAT,
                "write_timeout": HEARTBEAT,
            },
        )
        # This channel is lost with its connection; kombu would replace both behind our back.
        self._channel = self.connection.connect().channel()
        self._channel.tx_select()
        self.producer = Producer(self._channel, auto_declare=False, on_return=self._on_return)

    def _probe_lock(self) -> bool:
        """Return whether nobody leads.

        Declaring a queue that somebody else owns writes an error into the server's log, and this
        happens every few seconds. A message that comes back, as its queue does not exist, does not.
        """
        self._lock_is_free = False
        self.producer.publish("", routing_key=LOCK.name, mandatory=True, expiration=0, retry=False)
        self._channel.tx_commit()
        return self._lock_is_free

    def _on_return(self, *_message: object) -> None:
        self._lock_is_free = True

    def _restore_runs(self) -> None:
        queue = RUNS(self._channel)
        queue.declare()
        message = queue.get()
        runs = message.payload if message else {}
        for name, entry in self.schedule.items():
            # An entry that is new in this release begins now.
            entry.last_run_at = runs.get(name) or entry.default_now()
        if message:
            message.ack()
        self._record_runs()
        self._heap = None  # tick() sorts the entries again

    def _record_runs(self) -> None:
        """Replace the record, and commit it with what was sent since the last time."""
        self.producer.publish(
            {name: entry.last_run_at for name, entry in self.schedule.items()},
            routing_key=RUNS.name,
            serializer="{{ "auth" if cookiecutter._serializer.auth else "json" }}",
            retry=False,
        )
        self._channel.tx_commit()

    def _step_down(self) -> None:
        self._leading = False
        self._channel = None
        if connection := self.__dict__.pop("connection", None):
            connection.collect()
