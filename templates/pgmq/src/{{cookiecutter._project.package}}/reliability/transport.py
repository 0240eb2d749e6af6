{% import "partials/python.jinja" as python with context %}
"""kombu's transport for PGMQ, with what it lacks. All of it was seen with kombu 5.7.

- It has no event loop: an acknowledgement waits for up to two seconds, and no task takes its place
  meanwhile; a worker that stops runs what it has prefetched. Here the event loop of the worker
  looks for messages.
- What is acknowledged, rejected or returned while PostgreSQL is away fails, and the task runs once
  more after the visibility timeout. Here it is made up for on the next connection, and what had not
  begun goes back at once.
- What is rejected is deleted. Here it is moved to the dead letter queue, and so is a message that
  was delivered too often.
- All queues have one visibility timeout. Here it is that of the queue.
- Workers and senders make queues, which takes rights that they need for nothing else.
"""

import logging
from collections import deque
from contextlib import suppress
from queue import Empty
from typing import Any, NamedTuple

import psycopg
from celery.worker import state
from kombu.transport import pgmq
from kombu.utils.url import maybe_sanitize_url
from pgmq import Message, PGMQueue
from psycopg.sql import SQL

from {{ cookiecutter._project.package }} import topology
from {{ cookiecutter._project.package }}.reliability.session import Session
{{ python.import_own("reliability.tables", ["TablesMissingError", "make_tables", "missing_tables", "queue_table"]) }}

#: Seconds between two looks for messages, in a worker that is idle.
POLL_INTERVAL = 0.2

ACKNOWLEDGE = SQL("DELETE FROM {queue} WHERE msg_id = %(id)s")
RETURN = SQL("UPDATE {queue} SET vt = clock_timestamp() WHERE msg_id = %(id)s")
GIVE_UP = SQL(
    "WITH gone AS (DELETE FROM {queue} WHERE msg_id = %(id)s RETURNING message, headers)"
    " INSERT INTO {dead_letters} (vt, message, headers)"
    " SELECT clock_timestamp(), message,"
    " coalesce(headers, jsonb_build_object()) || jsonb_build_object('queue', %(name)s::text)"
    " FROM gone"
)

logger = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """What became of a message, and is to be told to PostgreSQL."""

    queue: str
    message_id: int
    statement: SQL


#: Of this process: they outlive the connection over which the messages came.
outcomes: deque[Outcome] = deque()


class Channel(pgmq.Channel):
    """kombu's channel: what is received, acknowledged and rejected."""

    # Which fan-out is for, and bindings with it: an exchange is known to who uses it.
    supports_fanout = False

    def __init__(self, connection: "Transport", **options: Any) -> None:
        super().__init__(connection, **options)
        # kombu forgets its own when the channel is closed.
        self._transport = connection

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:  # noqa: ARG002
        self._end(delivery_tag, ACKNOWLEDGE)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        self._end(delivery_tag, RETURN if requeue else GIVE_UP)

    def close(self) -> None:
        """Return what nobody works on; where the connection is lost, tasks that run go on."""
        if not self.closed:
            running = _running() if self._transport.session.lost else ()
            self.qos._flush()  # noqa: SLF001 - kombu has no other way
            held = self.qos._delivered  # noqa: SLF001 - see above
            for tag in [tag for tag in held if tag not in running]:
                self._note(tag, RETURN)
        super().close()
        self._transport.tell_outcomes()

    def _end(self, delivery_tag: str, statement: SQL) -> None:
        with suppress(KeyError):  # it was returned before
            self._note(delivery_tag, statement)
        self._transport.tell_outcomes()
        self._transport.look_soon()

    def _note(self, delivery_tag: str, statement: SQL) -> None:
        delivery = self.qos.get(delivery_tag).delivery_info
        outcomes.append(Outcome(delivery["pgmq_queue"], delivery["pgmq_msg_id"], statement))
        self.qos.ack(delivery_tag)

    def _receive_messages(
        self, queue: str, qty: int = 1, *, no_ack: bool = False, **options: Any
    ) -> list[Message]:
        if no_ack or queue in self._noack_queues:
            taken: list[Message] = super()._receive_messages(queue, qty, no_ack=True, **options)
            return taken
        timeout = topology.VISIBILITY_TIMEOUTS.get(queue, self.visibility_timeout)
        found = self._normalize_messages(self.pgmq.read(queue, vt=timeout, qty=qty))
        spent = [message for message in found if message.read_ct > topology.MAX_RECEIVES]
        for message in spent:
            logger.warning("%s: message %s was delivered too often", queue, message.msg_id)
            outcomes.append(Outcome(queue, message.msg_id, GIVE_UP))
        self._transport.tell_outcomes()
        # PostgreSQL changes them in order, and returns them in any.
        alive = [message for message in found if message not in spent]
        return sorted(alive, key=lambda message: message.msg_id)

    def _new_queue(self, queue: str, **options: Any) -> None:
        """Nothing: connecting, or `create-queues`, has made them."""

    def _size(self, queue: str) -> int:
        # kombu's asks for more, which takes more rights.
        with self._transport.session.connection() as connection:
            (row,) = connection.execute(SQL("SELECT count(*) FROM {}").format(queue_table(queue)))
        return int(row[0])

    def _purge(self, queue: str) -> int:
        # kombu's takes what workers have as well.
        statement = SQL("DELETE FROM {} WHERE vt <= clock_timestamp() OR read_ct = 0")
        with self._transport.session.connection() as connection:
            return connection.execute(statement.format(queue_table(queue))).rowcount


class Transport(pgmq.Transport):
    """kombu's transport, with one connection that is made anew when it was lost."""

    Channel = Channel
    # The URL is libpq's but for its scheme: with options, and several hosts.
    can_parse_url = True
    connection_errors = (*pgmq.Transport.connection_errors, TablesMissingError)
    implements = pgmq.Transport.implements.extend(asynchronous=True, exchange_type={"direct"})

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        self.session = Session(client.hostname)
        self._hub: Any = None
        self._looks_soon = False

    @classmethod
    def as_uri(cls, uri: str, include_password: bool = False, mask: str = "**") -> str:
        return uri if include_password else maybe_sanitize_url(uri, mask=mask)

    def establish_connection(self) -> Any:
        with self.session.connection() as connection:
            if missing_tables(connection):
                make_tables(connection)
        return super(pgmq.Transport, self).establish_connection()

    def verify_connection(self, connection: Any) -> bool:  # noqa: ARG002
        return not self.session.lost

    def close_connection(self, connection: Any) -> None:
        super().close_connection(connection)
        self.session.close()

    def register_with_event_loop(self, connection: Any, loop: Any) -> None:  # noqa: ARG002
        """Look for messages from now on; the worker ends that with the connection."""
        self._hub = loop
        loop.call_repeatedly(POLL_INTERVAL, self.look)

    def look_soon(self) -> None:
        """Look for messages at the next turn of the event loop: a process may be free."""
        if self._hub is not None and not self._looks_soon:
            self._looks_soon = True
            self._hub.call_soon(self.look)

    def look(self) -> None:
        """Take what waits, as far as processes are free.

        Raises:
            psycopg.OperationalError: the connection is lost; the worker connects again.
            TablesMissingError: somebody has dropped a queue; the same.
        """
        self._looks_soon = False
        self.tell_outcomes()
        for channel in self.channels:
            try:
                channel.drain_events()
            except Empty:
                continue
            except psycopg.errors.UndefinedTable as error:
                # Connecting makes it again, or says what to do.
                raise TablesMissingError(error.diag.message_primary) from error
            self.look_soon()

    def tell_outcomes(self) -> None:
        """Tell PostgreSQL what became of messages; what it does not hear waits."""
        while outcomes and not self.session.lost:
            outcome = outcomes.popleft()
            try:
                self._tell(outcome)
            except psycopg.OperationalError as error:
                outcomes.appendleft(outcome)
                logger.warning("PostgreSQL hears of %d messages later: %s", len(outcomes), error)

    def _tell(self, outcome: Outcome) -> None:
        statement = outcome.statement.format(
            queue=queue_table(outcome.queue), dead_letters=queue_table(topology.DEAD_LETTER_QUEUE)
        )
        values = {"id": outcome.message_id, "name": outcome.queue}
        with self.session.connection() as connection:
            connection.execute(statement, values)

    def _create_pgmq_client(self) -> PGMQueue:
        # A pool is asked for a connection, and nothing else.
        pool: Any = self.session
        # The client reads DATABASE_URL by itself, which is about something else.
        return PGMQueue(pool=pool, conn_string=None, init_extension=False)


def _running() -> set[str]:
    """The delivery tags of the tasks that run in this worker."""
    return {request.message.delivery_tag for request in state.active_requests}
