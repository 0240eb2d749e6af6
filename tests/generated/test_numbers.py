"""Every number that the answers decide is read back from what was rendered, for queues at the edges of their ranges."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from celery_scaffold import answers, workflows
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.project import Project, timing_of
from celery_scaffold.model.queues import Pool, Priority, Queue
from celery_scaffold.model.timing import SERVER_CONSUMER_TIMEOUT

from generated.loading import load
from projects import Choice

if TYPE_CHECKING:
    from pathlib import Path

USUAL = ("default", "urgent", "heavy", "emails")
# The shortest and the longest task, and both sides of the limit at which RabbitMQ's own timeout is too short.
EDGES = (
    "shortest:max_task_seconds=1,concurrency=1",
    "just-under:max_task_seconds=809",
    "just-over:max_task_seconds=810,pool=threads,concurrency=50",
    "longer:max_task_seconds=870,priority=high",
    "longest:max_task_seconds=21600,concurrency=256,rate_limit=100/h,routes=reports.*+billing.close",
)
LEAST = (("max_attempts", 1), ("longest_delay_seconds", 60), ("result_expires_seconds", 60))
MOST = (("max_attempts", 20), ("longest_delay_seconds", 43_200), ("result_expires_seconds", 2_592_000))

# SQS hides a message for twelve hours at most (R19): two runs and what is left of a delay must fit.
SQS_EDGES = (*EDGES[:-1], EDGES[-1].replace("21600", "17880"))
SQS_MOST = (*MOST[:1], ("longest_delay_seconds", 900), *MOST[2:])


def _choices() -> tuple[Choice, ...]:
    plans: tuple[tuple[str, Any], ...] = (
        ("usual", (("queues", USUAL),)),
        ("least", (("queues", EDGES), *LEAST)),
        ("most", (("queues", EDGES), *MOST)),
        ("short", (("queues", EDGES[:1]),)),
    )
    sqs_plans: tuple[tuple[str, Any], ...] = (
        plans[0],
        ("least", (("queues", SQS_EDGES), *LEAST)),
        ("most", (("queues", SQS_EDGES), *SQS_MOST)),
        plans[3],
    )
    return tuple(
        Choice(f"{name}-{broker}", (("broker", broker), ("preset", "full"), *flags))
        for broker in BROKERS
        for name, flags in (sqs_plans if broker == "sqs" else plans)
    )


CHOICES = _choices()
ROW = re.compile(r"^\| `([\w-]+)` \| (.+) \|$", re.MULTILINE)
each_choice = pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of these projects, side by side."""
    output = tmp_path_factory.mktemp("numbers")
    for choice in CHOICES:
        workflows.new(choice.answers(), output, with_git=False)
    return output


@pytest.fixture(scope="module")
def loaded(trees: Path) -> dict[str, dict[str, Any]]:
    """What Celery makes of each."""
    return load(CHOICES, trees)


@each_choice
def test_the_topology_holds_each_queues_numbers(choice: Choice, loaded: dict[str, dict[str, Any]]) -> None:
    project = _project(choice)
    assert loaded[choice.name]["topology"] == {queue.name: _topology(project, queue) for queue in project.queues}


@each_choice
def test_the_topology_holds_the_projects_numbers(choice: Choice, loaded: dict[str, dict[str, Any]]) -> None:
    project = _project(choice)
    expected = {
        "MAX_ATTEMPTS": project.max_attempts,
        "RETRY_DELAY": 5,
        "RETRY_BACKOFF_MAX": min(600, project.longest_delay),
        "LONGEST_DELAY": project.longest_delay,
        **_constants(project),
    }
    assert loaded[choice.name]["constants"] == expected


@each_choice
def test_celery_is_told_the_same(choice: Choice, loaded: dict[str, dict[str, Any]]) -> None:
    project, report = _project(choice), loaded[choice.name]
    assert report["result_expires"] == project.result_expires
    assert report["visibility_timeout"] == (project.timing().visibility_timeout if _is_redis(project) else None)
    assert report["beat"] == {"beat_max_loop_interval": 5, "redbeat_lock_timeout": 30 if _is_redis(project) else None}
    assert report["arguments"] == {
        project.full_queue_name(queue): _arguments(project, queue) for queue in project.queues
    }


@each_choice
def test_no_timeout_cuts_off_what_another_one_allows(choice: Choice, loaded: dict[str, dict[str, Any]]) -> None:
    project, report = _project(choice), loaded[choice.name]
    for rendered in report["topology"].values():
        assert (
            rendered["soft_time_limit"]
            < rendered["time_limit"]
            < rendered["drain_timeout"]
            < rendered["stop_grace_period"]
        )
        if _is_redis(project):
            assert rendered["time_limit"] + project.longest_delay < report["visibility_timeout"]
        elif _is_pgmq(project):
            assert 2 * rendered["time_limit"] < report["visibility_timeouts"][rendered["name"]]
        elif _is_service_bus(project):
            assert 2 * rendered["time_limit"] < report["constants"]["LONGEST_HOLD"]
        elif _is_sqs(project):
            held = max(0, project.longest_delay - 900)
            assert 2 * rendered["time_limit"] + held < report["visibility_timeouts"][rendered["name"]] <= 12 * 3600
        elif _is_pubsub(project):
            assert report["constants"]["POLL_TIME"] < rendered["stop_grace_period"] - rendered["drain_timeout"]
        else:
            own = report["arguments"][rendered["name"]].get("x-consumer-timeout", 1000 * SERVER_CONSUMER_TIMEOUT)
            assert 2 * rendered["time_limit"] * 1000 < own


@each_choice
def test_each_task_has_the_limits_and_retries_of_its_queue(choice: Choice, loaded: dict[str, dict[str, Any]]) -> None:
    project, report = _project(choice), loaded[choice.name]
    for queue in project.queues:
        task = f"{project.package}.tasks.{queue.module}.example"
        assert report["tasks"][task] == project.full_queue_name(queue)
        assert report["limits"][task] == [timing_of(queue).soft_time_limit, timing_of(queue).time_limit]
        assert report["retries"][task] == {
            "max_retries": project.max_attempts - 1,
            "default_retry_delay": 5,
            "retry_backoff": 5,
            "retry_backoff_max": min(600, project.longest_delay),
            "retry_jitter": True,
            "rate_limit": queue.rate_limit or None,
        }


@each_choice
def test_the_command_of_each_worker_has_its_queues_numbers(choice: Choice, loaded: dict[str, dict[str, Any]]) -> None:
    project = _project(choice)
    for queue in project.queues:
        command = loaded[choice.name]["workers"][queue.name]
        options = {
            name: command[command.index(name) + 1] for name in command if name.startswith("--") and "with" not in name
        }
        options = {name: value for name, value in options.items() if name not in ("--quiet", "--app", "--hostname")}
        children = {"--max-tasks-per-child": "1000"} if queue.pool is Pool.PREFORK else {}
        assert options == {
            "--queues": project.full_queue_name(queue),
            "--pool": queue.pool.value,
            "--concurrency": str(queue.concurrency),
            "--prefetch-multiplier": "1",
            **children,
        }


@each_choice
def test_each_container_has_room_and_time_for_its_queue(choice: Choice, trees: Path) -> None:
    project = _project(choice)
    services = yaml.safe_load((trees / choice.name / "compose.yaml").read_text())["services"]
    for queue in project.queues:
        service, processes = services[f"worker-{queue.name}"], _processes(queue)
        assert service["stop_grace_period"] == f"{timing_of(queue).stop_grace_period}s"
        assert service["cpu_quota"] == max(100_000, processes * 50_000)
        assert service["deploy"]["resources"]["limits"] == {
            "memory": f"{256 + processes * 128}M",
            "pids": 64 + 4 * queue.concurrency,
        }


@each_choice
def test_a_probe_is_more_patient_than_the_file_it_looks_at_is_old(choice: Choice, trees: Path) -> None:
    root, project = trees / choice.name, _project(choice)
    probe = (root / "deploy" / "docker" / "probe").read_text()
    ages = {name: int(age) for name, age in re.findall(r"^(\w+)_max_age=\$\{\w+:-(\d+)\}$", probe, re.MULTILINE)}
    health = (root / "src" / project.package / "worker" / "health.py").read_text()
    (interval,) = re.findall(r"^INTERVAL = (\d+)$", health, re.MULTILINE)
    assert (ages, int(interval)) == ({"live": 60, "ready": 20}, 5)


@each_choice
def test_the_readme_tells_each_queues_numbers(choice: Choice, trees: Path) -> None:
    project = _project(choice)
    readme = (trees / choice.name / "README.md").read_text()
    section = readme.partition("## Queues")[2].partition("\n## ")[0]
    assert ROW.findall(section) == [(queue.name, _row(project, queue)) for queue in project.queues]


@each_choice
def test_the_readme_promises_the_projects_numbers(choice: Choice, trees: Path) -> None:
    project = _project(choice)
    promises = (trees / choice.name / "README.md").read_text().partition("## What you can rely on")[2]
    assert f"{project.max_attempts} times in all" in promises
    assert f"{project.longest_delay} s at most" in promises
    if _is_redis(project):
        assert f"{project.timing().visibility_timeout} s" in promises
    elif _is_service_bus(project):
        assert f"the {2 * project.max_attempts}th time" in promises
    elif _is_sqs(project) or _is_pgmq(project):
        assert all(f"`{queue.name}` {project.visibility_timeout(queue)} s" in promises for queue in project.queues)
        assert f"the {2 * project.max_attempts}th time" in promises
    elif _is_pubsub(project):
        assert "its tasks run again after 60 s" in promises
    else:
        assert f"after {2 * project.max_attempts} such returns" in promises


def _project(choice: Choice) -> Project:
    return answers.project(choice.answers())


def _is_redis(project: Project) -> bool:
    return "redis" in project.broker.folders


def _is_service_bus(project: Project) -> bool:
    return project.broker.lineage == "azureservicebus"


def _is_sqs(project: Project) -> bool:
    return project.broker.lineage == "sqs"


def _is_pubsub(project: Project) -> bool:
    return project.broker.lineage == "gcpubsub"


def _is_pgmq(project: Project) -> bool:
    return project.broker.lineage == "pgmq"


def _constants(project: Project) -> dict[str, int]:
    """The numbers that topology.py has for one broker alone."""
    if _is_redis(project):
        return {"VISIBILITY_TIMEOUT": project.timing().visibility_timeout}
    if _is_service_bus(project):
        return {
            "BROKER_DELAY": 43_200,
            "LOCK": 60,
            "LONGEST_HOLD": 3 * project.timing().longest_time_limit,
            "MAX_RECEIVES": 2 * project.max_attempts,
            "LARGEST_MESSAGE": 255 * 1024,
            "BEAT_LOCK": 30,
        }
    if _is_sqs(project):
        return {
            "BROKER_DELAY": 900,
            "MAX_RECEIVES": 2 * project.max_attempts,
            "POLL_TIME": 10,
            "RETENTION": 14 * 86_400,
            "LARGEST_MESSAGE": 2**20,
        }
    if _is_pubsub(project):
        return {
            "ACK_DEADLINE": 60,
            # Pub/Sub takes no fewer than five.
            "MAX_DELIVERIES": max(5, 2 * project.max_attempts),
            "POLL_TIME": 5,
            "BEAT_LEASE": 30,
            "RETENTION": 7 * 86_400,
            "LARGEST_MESSAGE": 9_999_000,
        }
    if _is_pgmq(project):
        return {"MAX_RECEIVES": 2 * project.max_attempts}
    return {"DELIVERY_LIMIT": 2 * project.max_attempts}


def _processes(queue: Queue) -> int:
    return queue.concurrency if queue.pool is Pool.PREFORK else 1


def _topology(project: Project, queue: Queue) -> dict[str, Any]:
    timing = timing_of(queue)
    return {
        "key": queue.name,
        "name": project.full_queue_name(queue),
        "pool": queue.pool.value,
        "concurrency": queue.concurrency,
        "prefetch_multiplier": 1,
        "max_tasks_per_child": 1000,
        "soft_time_limit": timing.soft_time_limit,
        "time_limit": timing.time_limit,
        "drain_timeout": timing.drain_timeout,
        "stop_grace_period": timing.stop_grace_period,
        # 0 goes first on Redis, the highest number on RabbitMQ.
        "priority": _priority(project, queue),
        "rate_limit": queue.rate_limit or None,
        "task_globs": str(list(project.globs(queue))),
    }


def _priority(project: Project, queue: Queue) -> int:
    first = _is_redis(project) is (queue.priority is Priority.HIGH)
    return 0 if first or not project.broker.priorities else 9


def _arguments(project: Project, queue: Queue) -> dict[str, Any] | None:
    """What RabbitMQ is told of a queue; Redis knows none of it."""
    if project.broker.lineage != "rabbitmq":
        return None
    own = timing_of(queue).consumer_timeout
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": 2 * project.max_attempts,
        "x-dead-letter-exchange": f"{project.name}.dead-letters",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        **({"x-consumer-timeout": 1000 * own} if own else {}),
    }


def _row(project: Project, queue: Queue) -> str:
    """A line of the README's table, behind the queue's name."""
    timing = timing_of(queue)
    not_enforced = "" if queue.pool is Pool.PREFORK else ", not enforced in threads"
    cells = [
        f"{queue.concurrency} × {queue.pool.value}",
        f"{timing.soft_time_limit} s",
        f"{timing.time_limit} s{not_enforced}",
        f"{timing.drain_timeout} s",
        f"{timing.stop_grace_period} s",
        queue.priority.value if project.broker.priorities else "normal",
        queue.rate_limit or "none",
    ]
    return " | ".join(cells)
