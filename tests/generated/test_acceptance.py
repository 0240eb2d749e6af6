"""Each broker and each result backend is asked the same, on the real server or its emulator."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.capabilities import Topic

from generated.acceptance.accepted import QUEUES, Accepted, project
from generated.pairs import ACCEPTED, THIS_RUN, need_servers
from generated.power import keeps_results
from generated.stacks import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Record = Callable[[str, object], None]

TASKS = 200
# A database on a slow disk takes half a second for a result.
WITHIN = 300
OUTAGE_SECONDS = 5
# How long a task of the load takes: 200 of them last longer than a busy engine needs to kill a server.
LOAD_SECONDS = 0.2

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@pytest.fixture(scope="module", params=ACCEPTED, ids="-".join)
def accepted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accepted]:
    """A project of one pair with its servers and a worker for each queue."""
    broker, backend = request.param
    need_servers(broker, backend)
    made = project(tmp_path_factory.mktemp("acceptance"), broker, backend, THIS_RUN)
    try:
        made.up()
        made.ask("start", [*QUEUES], [])
        yield made
    finally:
        made.down()


def test_200_tasks_on_each_queue_run_there_and_their_results_are_read(accepted: Accepted) -> None:
    labels = {queue: [f"{queue} {number}" for number in range(TASKS)] for queue in QUEUES}
    everything = set().union(*labels.values())
    ids = {queue: accepted.ask("work", queue, labels[queue], 0, "", 0) for queue in QUEUES}
    wait_for(
        lambda: accepted.labels("ran") >= everything, WITHIN, "all have run", lambda: _missing(accepted, everything)
    )
    where = {entry["label"]: entry["worker"] for entry in accepted.ask("entries", "ran")}
    assert {label: worker for label, worker in where.items() if label.partition(" ")[0] != worker} == {}
    if BACKENDS[accepted.backend].stores_results:
        for queue in QUEUES:
            assert accepted.ask("results", ids[queue], 60) == labels[queue]


def test_a_task_that_fails_at_first_is_tried_again(accepted: Accepted) -> None:
    accepted.ask("send", [("acceptance.second_attempt", ["again"], {})])
    wait_for(lambda: len(_attempts(accepted)) == 2, 30, "two attempts", _logs(accepted))
    first, second = _attempts(accepted)
    assert second - first > 0.9


def test_a_countdown_does_not_block_what_is_sent_after_it(accepted: Accepted) -> None:
    later = [f"later {number}" for number in range(3)]
    accepted.ask("work", "default", later, 0, "", 12)
    sent = time.monotonic()
    accepted.ask("work", "default", ["now"], 0, "", 0)
    wait_for(lambda: "now" in accepted.labels("ran"), 10, "what is due runs", _logs(accepted))
    assert time.monotonic() - sent < 11
    assert accepted.labels("ran").isdisjoint(later)
    wait_for(lambda: accepted.labels("ran") >= {*later}, 40, "what had a countdown", _logs(accepted))


def test_what_is_urgent_runs_first_where_the_broker_says_so(accepted: Accepted) -> None:
    if BROKERS[accepted.broker].can(Topic.PRIORITY) == "none":
        pytest.skip("no priorities: nothing is claimed")
    assert accepted.ask("stop", ["default"]) == {"default": 0}
    accepted.ask("work", "default", [f"normal {number}" for number in range(6)], 0, "NORMAL", 0)
    accepted.ask("work", "default", [f"high {number}" for number in range(3)], 0, "HIGH", 0)
    accepted.ask("start", ["default"], [])
    wait_for(lambda: len(_order(accepted)) == 9, 30, "nine have run", _logs(accepted))
    # A broker may let one of the others pass now and then.
    assert _order(accepted)[-3:] == ["normal"] * 3


def test_a_chord_ends_with_all_results_or_is_refused_when_it_is_sent(accepted: Accepted) -> None:
    said = accepted.ask("chord", 8, 30)
    if BACKENDS[accepted.backend].chords:
        assert said == sorted(f"chord {number}" for number in range(8))
    else:
        assert said == "NotImplementedError"


def test_servers_that_die_in_mid_load_lose_nothing_and_end_no_worker(
    accepted: Accepted, record_testsuite_property: Record
) -> None:
    labels = {queue: [f"{queue} load {number}" for number in range(TASKS)] for queue in QUEUES}
    everything = set().union(*labels.values())
    ids = {queue: accepted.ask("work", queue, labels[queue], LOAD_SECONDS, "", 0) for queue in QUEUES}
    wait_for(lambda: accepted.labels("ran") & everything != set(), 20, "the load is on")
    power_cut = accepted.cut_power()
    before = accepted.labels("ran") & everything
    time.sleep(OUTAGE_SECONDS)
    power_cut.end()
    assert before < everything, "all had run before the outage"
    wait_for(
        lambda: accepted.labels("ran") >= everything, WITHIN, "all have run", lambda: _missing(accepted, everything)
    )
    runs = [entry["label"] for entry in accepted.ask("entries", "ran") if entry["label"] in everything]
    record_testsuite_property(f"{accepted.broker}-{accepted.backend}: run twice", len(runs) - len(everything))
    assert accepted.ask("gone") == {}
    if keeps_results(BACKENDS[accepted.backend]):
        for queue in QUEUES:
            assert accepted.ask("results", ids[queue], 60) == labels[queue]


def _attempts(accepted: Accepted) -> list[float]:
    return [entry["at"] for entry in accepted.ask("entries", "attempt")]


def _order(accepted: Accepted) -> list[str]:
    words = [entry["label"].partition(" ")[0] for entry in accepted.ask("entries", "ran")]
    return [word for word in words if word in ("normal", "high")]


def _missing(accepted: Accepted, wanted: set[str]) -> str:
    return f"{sorted(wanted - accepted.labels('ran'))[:20]}\n{accepted.ask('logs')}"


def _logs(accepted: Accepted) -> Callable[[], str]:
    return lambda: str(accepted.ask("logs"))
