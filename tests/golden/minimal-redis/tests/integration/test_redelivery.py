"""A connection that is lost ends no worker, delays nothing and repeats nothing."""

from collections.abc import Callable
from typing import Any

from minimal_redis.app import app
from minimal_redis.topology import DEFAULT_QUEUE

from tests.integration import probes
from tests.integration.conftest import Workers
from tests.integration.journal import Journal, eventually

DEFAULT = DEFAULT_QUEUE.key


def test_what_a_worker_holds_runs_once_when_its_connection_is_cut(
    workers: Workers, journal: Journal
) -> None:
    worker = workers.start(DEFAULT, "--concurrency=1", "--prefetch-multiplier=3")
    probes.held.delay("running")
    journal.wait_for("holding")
    probes.record[DEFAULT].delay("behind it")
    probes.record[DEFAULT].apply_async(["in a moment"], countdown=3)
    eventually(lambda: _ask(_unacknowledged) == 3, within=10)

    cut = _ask(_cut)
    assert cut
    eventually(lambda: _ask(_others) - cut, within=20)
    journal.release()
    journal.wait_for("ran", count=3)
    eventually(lambda: _ask(_unacknowledged) == 0, within=20)
    labels = [run["label"] for run in journal.entries("ran")]
    assert sorted(labels) == ["behind it", "in a moment", "running"]
    assert worker.poll() is None


def _ask(question: Callable[[Any], Any]) -> Any:
    with app.connection_for_write() as connection:
        return question(connection.default_channel)


def _unacknowledged(channel: Any) -> int:
    return int(channel.client.hlen(channel.unacked_key))


def _others(channel: Any) -> set[str]:
    """The connections to this database but our own."""
    clients = {client["id"]: client["db"] for client in channel.client.client_list()}
    database = clients.pop(str(channel.client.client_id()))
    return {client for client, its_database in clients.items() if its_database == database}


def _cut(channel: Any) -> set[str]:
    """Close them."""
    others = _others(channel)
    for other in others:
        channel.client.client_kill_filter(_id=other)
    return others
