"""A beat that is safe to start twice: one instance leads, the others stand by.

All of them look for a message in a FIFO queue of SQS. Who has received it leads: the others see
nothing until the leader has not been heard of for LOCK_TIMEOUT. As long as it is out, SQS delivers
no other message of its group either, so it does no harm if there are several.

The message is also the record of when each entry last ran. To write a new one, the leader sends it,
deletes the one that it holds and receives the new one instead. An instance that comes in between
leads from there on, by the same record.
"""

import json
from contextlib import suppress
from datetime import datetime
from time import monotonic, time
from typing import Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError
from celery.beat import ScheduleEntry, SchedulingError
from celery.beat import Scheduler as CeleryScheduler
from celery.utils.log import get_logger
from kombu.exceptions import OperationalError

from standard_sqs.topology import BEAT_QUEUE
from standard_sqs.worker.beat_process import BeatProcess

# Seconds without a word from the leader, after which another instance leads.
LOCK_TIMEOUT = 30
# SQS drops a message after 14 days, one that is held as well.
RECORD_LIFETIME = 24 * 60 * 60
GROUP = "beat"

logger = get_logger(__name__)


class LeadLostError(Exception):
    """Another instance leads, or may do so."""


class Scheduler(BeatProcess, CeleryScheduler):
    """Celery's scheduler, at work only in the instance that leads."""

    # Of the message that makes this instance the leader; `_lead_ends` by the clock of `monotonic`.
    _receipt = ""
    _lead_ends = 0.0
    _recorded_at = 0.0

    def setup_schedule(self) -> None:
        """Build the entries. When they last ran is read once this instance leads."""
        # In the order of PersistentScheduler: the base class drops celery.backend_cleanup again.
        self.merge_inplace(self.app.conf.beat_schedule)
        self.install_default_entries(self.data)
        for entry in self.schedule.values():
            # Celery would try for longer than the lead lasts.
            entry.options = {**entry.options, "retry": False}

    def tick(self, **kwargs: Any) -> float:
        """Send what is due, if this instance leads; return the seconds until the next call."""
        with self.whole_tick():
            delay: float = self.max_interval
            try:
                if self._lead():
                    delay = super().tick(**kwargs)
            except LeadLostError:
                logger.warning("beat: standing by, the lead is lost")
                self._receipt = ""
            except (BotoCoreError, ClientError, OSError, SchedulingError) as error:
                # The lead may still be ours: the next tick goes on, or finds out.
                logger.warning("beat: SQS does not answer: %r", error)
            self.show(leading=bool(self._receipt))
        return delay

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Send a task and record the run, if this instance still leads."""
        self._extend()
        logger.info("Scheduler: Sending due task %s (%s)", entry.name, entry.task)
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            if isinstance(error.__context__, (BotoCoreError, OSError, OperationalError)):
                raise  # The run is not recorded, so it is still due for whoever leads next.
            # An entry that cannot be sent, or is refused, must not hold up the others.
            logger.exception("beat: this run of %s is lost", entry.name)
        self._record_runs()

    def close(self) -> None:
        """Leave the lead to another instance at once."""
        super().close()
        if self._receipt:
            sqs, url = self._queue()
            with suppress(BotoCoreError, ClientError):
                sqs.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=self._receipt, VisibilityTimeout=0
                )

    def _lead(self) -> bool:
        """Return whether this instance leads, which it does as soon as nobody else does."""
        if self._receipt:
            self._extend()
            if time() - self._recorded_at > RECORD_LIFETIME:
                self._record_runs()
            return True
        record = self._receive()
        if record is None:
            self._send_first_record()
            return False
        for name, entry in self.schedule.items():
            # An entry that is new in this release begins now.
            entry.last_run_at = record.get(name) or entry.default_now()
        self._heap = None  # tick() sorts the entries again
        logger.info("beat: leading")
        return True

    def _queue(self) -> tuple[Any, str]:
        self.connection.connect()  # nothing, if it is connected
        sqs, url = self.connection.default_channel.client_and_url(BEAT_QUEUE)
        return sqs, url

    def _extend(self) -> None:
        """Say that this instance is there.

        Raises:
            LeadLostError: it was silent for too long. Its own clock is asked first: SQS might
                still take the word of one whose message somebody else has received by now.
        """
        sqs, url = self._queue()
        ends = monotonic() + LOCK_TIMEOUT
        if monotonic() >= self._lead_ends:
            raise LeadLostError
        try:
            sqs.change_message_visibility(
                QueueUrl=url, ReceiptHandle=self._receipt, VisibilityTimeout=LOCK_TIMEOUT
            )
        except ClientError as error:
            raise LeadLostError from error
        self._lead_ends = ends

    def _receive(self) -> dict[str, datetime] | None:
        """Return the latest record, and hold its message; None if another instance does."""
        sqs, url = self._queue()
        ends = monotonic() + LOCK_TIMEOUT
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=LOCK_TIMEOUT, WaitTimeSeconds=0
        )
        messages = [
            (json.loads(message["Body"]), message["ReceiptHandle"])
            for message in answer.get("Messages", [])
        ]
        if not messages:
            return None
        messages.sort(key=lambda message: float(message[0]["at"]))
        record, self._receipt = messages.pop()
        self._lead_ends, self._recorded_at = ends, record["at"]
        for _, receipt in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=receipt)
        return {name: datetime.fromisoformat(run) for name, run in record["runs"].items()}

    def _send_first_record(self) -> None:
        """Give all instances something to look for, unless there is; another one may do it too."""
        counts = self.connection.default_channel.attributes(
            BEAT_QUEUE, "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
        )
        if not any(map(int, counts.values())):
            self._send_record({}, at=0, identity="first")

    def _record_runs(self) -> None:
        """Replace the record that this instance holds.

        Raises:
            LeadLostError: another instance came first, and has the new one.
        """
        sqs, url = self._queue()
        runs = {name: entry.last_run_at.isoformat() for name, entry in self.schedule.items()}
        self._send_record(runs, at=time(), identity=str(uuid4()))
        sqs.delete_message(QueueUrl=url, ReceiptHandle=self._receipt)
        if self._receive() is None:
            raise LeadLostError

    def _send_record(self, runs: dict[str, str], at: float, identity: str) -> None:
        sqs, url = self._queue()
        sqs.send_message(
            QueueUrl=url,
            MessageBody=json.dumps({"at": at, "runs": runs}),
            MessageGroupId=GROUP,
            # SQS drops what comes with the same one within five minutes.
            MessageDeduplicationId=identity,
        )
