"""Every broker with every backend, in containers: healthy, on the right workers, one schedule, nothing lost."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
import yaml

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS

from generated import outage
from generated.owner import BRIEF, PLAIN_SECONDS, QUEUES, SLOW_SECONDS, new_with_own_tasks
from generated.pairs import STACKS, THIS_RUN, need_servers
from generated.power import keeps_results
from generated.stacks import Run, Stack, moment, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

TASKS = 200
MINUTE = timedelta(seconds=60)
USAGE = 2
EMULATORS = {"moto", "pubsub", "gcs"}

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@pytest.fixture(scope="module", params=STACKS, ids="-".join)
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Broker and backend."""
    broker, backend = request.param
    return broker, backend


@pytest.fixture(scope="module")
def stack(pair: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The containers of one pair, started once for all tests of this module."""
    broker, backend = pair
    need_servers(broker, backend)
    directory = new_with_own_tasks(tmp_path_factory.mktemp("stack"), broker, backend)
    containers = Stack(directory, f"scaffold-{broker}-{backend}-{THIS_RUN}")
    try:
        containers.build()
        containers.up()
        yield containers
    finally:
        containers.down()


def test_everything_is_healthy_and_says_so(stack: Stack) -> None:
    wait_for(lambda: stack.health()["healthy"], 60, "python -m shop health")


def test_200_tasks_on_each_queue_finish_on_the_worker_of_that_queue(stack: Stack) -> None:
    sent = {queue: stack.send(f"shop.tasks.{queue}.example", TASKS) for queue in QUEUES}
    for queue, ids in sent.items():
        assert len(set(ids)) == TASKS
        worker = f"worker-{queue}"
        wait_for(
            partial(stack.have_succeeded, worker, ids),
            120,
            f"{TASKS} on {queue}",
            partial(stack.unfinished, worker, ids),
        )
    for queue, ids in sent.items():
        for other in QUEUES:
            here = set(ids) & set(stack.succeeded(f"worker-{other}"))
            assert here == (set(ids) if other == queue else set())


def test_every_line_of_a_task_says_whose_it_is(stack: Stack, pair: tuple[str, str]) -> None:
    (task_id,) = stack.send("shop.tasks.default.second_attempt", 1)
    wait_for(lambda: stack.have_succeeded("worker-default", [task_id]), 30, "the second attempt")
    lines = stack.records_of("worker-default", task_id)
    whose = {"task_id": task_id, "task": "shop.tasks.default.second_attempt", "queue": _full_name("default", pair)}
    assert [{key: line.get(key) for key in whose} for line in lines] == [whose] * len(lines)
    attempts = [(line["event"].split()[0], line.get("attempt")) for line in lines if line["logger"] == "a_library"]
    assert attempts == [("begins", 1), ("begins", 2)]
    assert {line.get("attempt") for line in lines} == {1, 2}


def test_a_task_sent_by_hand_gives_its_result_where_results_are_stored(stack: Stack, pair: tuple[str, str]) -> None:
    done = stack.operate("send", "shop.tasks.default.example", "--args", '["a text"]', "--wait", "20")
    if not BACKENDS[pair[1]].stores_results:
        assert done.returncode == USAGE, "there is nothing to wait for"
        return
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == sha256(b"a text").hexdigest()


def test_a_countdown_is_shown_while_it_is_held(stack: Stack, pair: tuple[str, str]) -> None:
    done = stack.operate("send", "shop.tasks.default.example", "--countdown", "15")
    _wait_for_held(stack, pair, 1, 12)
    wait_for(lambda: stack.have_succeeded("worker-default", done.stdout.split()), 45, "the task with a countdown")
    _wait_for_held(stack, pair, 0, 10)


def test_what_waits_without_a_worker_is_shown_and_can_be_purged(stack: Stack, pair: tuple[str, str]) -> None:
    stack.compose("stop", "worker-heavy")
    sent = stack.send("shop.tasks.heavy.example", 5)
    _wait_for_ready(stack, pair, 5)
    assert stack.operate("purge", "heavy").returncode == USAGE, "there is no terminal to ask on"
    _wait_for_ready(stack, pair, 5)
    name = _full_name("heavy", pair)
    removed = f"5 removed from {name}\n" if _counts(pair) else f"all that waited in {name} is removed\n"
    assert stack.operate("purge", "heavy", "--yes").stdout == removed
    _wait_for_ready(stack, pair, 0)
    stack.up()
    (later,) = stack.send("shop.tasks.heavy.example", 1)
    wait_for(lambda: stack.have_succeeded("worker-heavy", [later]), 30, "a task that was sent afterwards")
    assert set(sent) & set(stack.succeeded("worker-heavy")) == set()


def test_two_beats_send_each_due_run_once(stack: Stack) -> None:
    wait_for(lambda: len(_ticks(stack)) >= 20, 60, "20 runs of an entry that is due every second")
    gaps = _gaps(_ticks(stack))
    assert min(gaps) > 0.5, gaps
    assert sum(gaps) / len(gaps) == pytest.approx(1.0, abs=0.2)


def test_when_the_beat_that_leads_is_killed_the_other_one_goes_on(stack: Stack) -> None:
    before = len(_ticks(stack))
    (leader,) = [beat for beat in stack.containers("beat") if _leads(stack, beat)]
    stack.checked("docker", "kill", leader)
    killed = datetime.now(timezone.utc)
    wait_for(lambda: len([tick for tick in _ticks(stack) if tick > killed]) >= 5, 75, "five runs after the kill")
    after = [tick for tick in _ticks(stack) if tick > killed]
    assert after[0] - killed < MINUTE
    # One run stands for all that were missed, and none is sent by both.
    assert min(_gaps(_ticks(stack)[before - 1 :])) > 0.5
    stack.up()


@dataclass(frozen=True)
class Interruption:
    """What was under way when everything was stopped, and when everything was there again.

    Attributes:
        running: the ids of the tasks that ran, by service.
        waiting: the ids of those that waited for a worker, a free process, the rate limit or their countdown.
        plain: the id of the one that ran on Celery's own settings.
        stopped: when the last container had stopped.
        again: when everything was healthy.
    """

    running: dict[str, list[str]]
    waiting: dict[str, list[str]]
    plain: str
    stopped: datetime
    again: datetime

    @property
    def services(self) -> set[str]:
        """The workers that have something to do."""
        return {*self.running, *self.waiting}

    def sent(self, service: str) -> set[str]:
        """The ids of all tasks of a worker."""
        return {*self.running.get(service, []), *self.waiting.get(service, [])}

    def runs(self, stack: Stack) -> list[Run]:
        """Every run of these tasks that ended well."""
        return [run for service in self.services for run in stack.runs(service) if run.task_id in self.sent(service)]

    def unfinished(self, stack: Stack) -> dict[str, dict[str, list[str]]]:
        """What the workers have said of the tasks that have not run to their end."""
        return {service: stack.unfinished(service, self.sent(service)) for service in self.services}

    def are_done(self, stack: Stack) -> bool:
        """Whether each task has run to its end."""
        return {run.task_id for run in self.runs(stack)} == set().union(*map(self.sent, self.services))


@pytest.fixture(scope="module")
def interruption(stack: Stack) -> Interruption:
    """`docker compose stop` in mid-task, and `up`."""
    stack.compose("stop", "worker-urgent")
    plain = stack.send_plain("plain.slow", PLAIN_SECONDS)
    wait_for(lambda: f"{plain}] received" in stack.logs("worker-plain"), 30, "the plain worker works")
    later = stack.operate("send", "shop.tasks.default.example", "--countdown", "40").stdout.split()
    # At once: between the beginning of the slow ones and the stop there is no time to lose.
    urgent, emails, *others = stack.send_all(
        ("shop.tasks.urgent.example", 10, ()),
        ("shop.tasks.emails.example", TASKS, ()),
        *((f"shop.tasks.{queue}.slow", 1, (SLOW_SECONDS,)) for queue in BRIEF),
        *((f"shop.tasks.{queue}.example", 3, ()) for queue in BRIEF),
    )
    brief = [f"worker-{queue}" for queue in BRIEF]
    running = dict(zip(brief, others[: len(brief)], strict=True))
    waiting = {
        "worker-default": later,
        "worker-urgent": urgent,
        "worker-emails": emails,
        **dict(zip(brief, others[len(brief) :], strict=True)),
    }
    for service, ids in running.items():
        wait_for(partial(_has_begun, stack, service, *ids), 30, f"{service} works")
    stack.compose("stop", *_stopped_with(stack))
    stopped = datetime.now(timezone.utc)
    stack.up()
    return Interruption(running, waiting, plain, stopped, datetime.now(timezone.utc))


def test_stopped_in_mid_task_and_started_again_nothing_is_lost_or_late(
    stack: Stack, interruption: Interruption
) -> None:
    deadline = 75 + SLOW_SECONDS
    wait_for(lambda: interruption.are_done(stack), deadline, "all have ended", lambda: interruption.unfinished(stack))
    runs = interruption.runs(stack)
    late = {run.task_id: str(run.start - interruption.again) for run in runs if run.start - interruption.again > MINUTE}
    assert late == {}
    for service, (task_id,) in interruption.running.items():
        first, second = _beginnings(stack, service, task_id)
        assert first < interruption.stopped < second, "cut off, and run again"
    waited = {run.task_id for run in runs if run.end > interruption.stopped}
    assert [service for service, ids in interruption.waiting.items() if waited.isdisjoint(ids)] == [], (
        "none had to wait"
    )


def test_the_same_stop_loses_a_task_on_the_settings_of_plain_celery(stack: Stack, interruption: Interruption) -> None:
    later = stack.send_plain("plain.slow", 0)
    wait_for(lambda: _plain_succeeded(stack, later), 30, "a task that was sent afterwards")
    assert not _plain_succeeded(stack, interruption.plain)


def test_servers_that_die_alone_under_load_lose_and_delay_nothing(stack: Stack, pair: tuple[str, str]) -> None:
    found = outage.outage(stack, *pair)
    wait_for(lambda: found.are_done(stack), 120, "all have ended", lambda: found.unfinished(stack))
    assert outage.late(found, found.runs(stack), MINUTE) == {}
    if keeps_results(BACKENDS[pair[1]]):
        wait_for(lambda: found.without_result(stack) == {}, 10, "results", lambda: found.without_result(stack))
    assert outage.starts(stack) == found.containers, "no container was restarted"


def test_the_containers_run_as_nobody_on_a_read_only_file_system(stack: Stack) -> None:
    for service in ("worker-default", "beat"):
        assert stack.compose("exec", "-T", service, "id", "-u").strip() not in ("", "0")
        refused = stack.compose("exec", "-T", service, "sh", "-c", "touch /x 2>&1 || true")
        assert "Read-only file system" in refused


def test_no_secret_is_in_the_image_or_in_the_logs(stack: Stack) -> None:
    lines = (stack.directory / ".env").read_text().splitlines()
    secrets = [line.partition("=")[2] for line in lines if line.partition("=")[0].endswith("_PASSWORD")]
    services = yaml.safe_load((stack.directory / "compose.yaml").read_text())["services"]
    assert secrets or set(services) & EMULATORS, "an emulator has no password"
    said = stack.logs() + stack.checked("docker", "history", "--no-trunc", f"shop:{stack.name}")
    assert [secret for secret in secrets if secret in said] == []


def _ticks(stack: Stack) -> list[datetime]:
    """When beat sent the entry that is due every second, whichever instance did."""
    return sorted(moment(record) for record in stack.records("beat") if "every-second" in str(record.get("event")))


def _gaps(times: list[datetime]) -> list[float]:
    return [(after - before).total_seconds() for before, after in itertools.pairwise(times)]


def _leads(stack: Stack, beat: str) -> bool:
    return stack.checked("docker", "exec", beat, "probe", "beat").startswith("beat:")


def _full_name(queue: str, pair: tuple[str, str]) -> str:
    """What the broker calls a queue."""
    return f"shop{BROKERS[pair[0]].queue_separator}{queue}"


def _stopped_with(stack: Stack) -> list[str]:
    """All services but an emulator, which keeps in memory what the real one keeps on disks."""
    return [service for service in stack.compose("config", "--services").split() if service not in EMULATORS]


def _counts(pair: tuple[str, str]) -> bool:
    """Whether the broker says how many messages a queue has; for Pub/Sub Cloud Monitoring does, which is not here."""
    return BROKERS[pair[0]].counts_messages


def _wait_for_ready(stack: Stack, pair: tuple[str, str], number: int) -> None:
    """So many wait for the stopped worker; or the commands admit that they do not know."""
    expected = number if _counts(pair) else None
    wait_for(lambda: _ready(stack, "heavy") == expected, 20, f"{expected} are ready")


def _wait_for_held(stack: Stack, pair: tuple[str, str], number: int, seconds: float) -> None:
    """So many wait for their countdown; or the commands do not speak of it."""
    expected = number if _counts(pair) else None
    wait_for(lambda: _held(stack) == expected, seconds, f"{expected} are held")


def _ready(stack: Stack, queue: str) -> int | None:
    (backlog,) = [state["backlog"] for state in stack.queues()["queues"] if state["queue"] == queue]
    return None if backlog["ready"] is None else int(backlog["ready"])


def _held(stack: Stack) -> int | None:
    """Tasks that wait for their countdown: RabbitMQ holds those of all queues, on Redis a queue's worker does."""
    found = stack.queues()
    if "delayed" in found:
        return int(found["delayed"])
    held = [state["backlog"].get("held") for state in found["queues"]]
    return None if None in held else sum(map(int, held))


def _beginnings(stack: Stack, service: str, task_id: str) -> list[datetime]:
    return [moment(record) for record in stack.records_of(service, task_id) if record.get("event") == "begins"]


def _has_begun(stack: Stack, service: str, task_id: str) -> bool:
    return _beginnings(stack, service, task_id) != []


def _plain_succeeded(stack: Stack, task_id: str) -> bool:
    return f"{task_id}] succeeded" in stack.logs("worker-plain")
