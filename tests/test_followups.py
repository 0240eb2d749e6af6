"""What is left to do by hand after an update, for each change that the project's files cannot make alone."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from celery_scaffold import answers, workflows
from celery_scaffold.files import File
from celery_scaffold.followups import LOOK, WITHOUT_BASE, steps
from celery_scaffold.record import tree_of

if TYPE_CHECKING:
    from celery_scaffold.files import Tree
    from celery_scaffold.model.project import Project

Flags = tuple[tuple[str, object], ...]

REDIS = {"broker": "redis", "backend": "redis"}
RABBITMQ = {"broker": "rabbitmq", "backend": "postgresql"}
# No beat, no CI, one queue.
SMALL = {**REDIS, "preset": "minimal", "queues": ("default",)}

LOCK = "`make install`, and commit the uv.lock that it makes: the dependencies changed"
OTHER_BEAT = (
    "stop the old beat, then start the new one: both at once would send every entry twice. It does not know when an "
    "entry last ran, so a rhythm begins anew and a missed time of day is not made up for"
)
SENDERS = "deploy the new version of what sends tasks"
EMPTY = (
    "wait until `python -m shop queues`, run in the old version, shows 0 everywhere; tasks with a countdown and "
    "retries count too, and may take 900 s"
)
STOP = "stop the old workers"
STOP_SENDERS = "stop whatever sends tasks, beat too, and leave the workers of the old version running"
MADE_ANEW = "start the new version: it makes them"
CHORDS = (
    "let groups and chords that are running end before a worker of the new version starts: {} counts what is done of "
    "them, and the body of a chord may never run"
)
STAY = (
    "results stay in {}, and nothing moves them: who holds the id of an old task reads it there, with the old "
    "SHOP_RESULT_BACKEND_URL, for 21600 s"
)
GONE = "`docker compose down --remove-orphans`, then `make up`: the stack has no {} any more"
VOLUME = "`docker volume rm shop_{}-data` when nobody needs the tasks and results in it; until then, keep its password"
SET = "set {} for the new version where the project is deployed, and leave the old version its own"
DRAIN = (
    "drain the queue reports: stop sending to it, and keep its worker of the old version until `python -m shop queues` "
    "shows 0 for it, countdowns and retries included; nothing takes from it afterwards"
)
BESIDE = (
    "start workers of the new version beside the old ones, which go on: what waits in {} stays there, and nothing "
    "moves it to {}"
)
DROP = "in the end, take out of .env and of the deployment what nothing reads: {}"
VISIBILITY = (
    "stop all workers of the old version before the first new one starts: with two visibility timeouts ({} s and {} s) "
    "the shorter counts for both, and tasks run twice"
)


@cache
def rendered(flags: Flags) -> tuple[Project, Tree]:
    """A project and its pristine tree."""
    with tempfile.TemporaryDirectory() as directory:
        made = workflows.new(answers.from_flags(dict(flags), []), Path(directory), with_git=False)
        return made.plan.project, tree_of(made.target, made.paths)


def left(before: dict[str, object], after: dict[str, object]) -> list[str]:
    """The steps from one project to another, but for the look at the changes, which is always there."""
    one, base = rendered(tuple({"name": "shop", **before}.items()))
    other, new = rendered(tuple({"name": "shop", **after}.items()))
    found = list(steps(one, other, base, new))
    assert (LOOK in found) is (base != new)
    return [step for step in found if step != LOOK]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(REDIS, REDIS, [], id="nothing"),
        pytest.param(REDIS, {**REDIS, "timezone": "Asia/Tokyo", "max_attempts": 3}, [], id="what only files need"),
        pytest.param(
            SMALL,
            {**SMALL, "broker": "rabbitmq"},
            [
                (
                    "delete SHOP_BROKER_URL from .env, and run `make env`: it adds the new ones of .env.example, and "
                    "RABBITMQ_PASSWORD and SHOP_MANAGEMENT_URL; passwords are random"
                ),
                SET.format("SHOP_BROKER_URL, RABBITMQ_PASSWORD and SHOP_MANAGEMENT_URL"),
                BESIDE.format("Redis", "RabbitMQ"),
                SENDERS,
                EMPTY,
                STOP,
            ],
            id="redis to rabbitmq, where Redis stays for results",
        ),
        pytest.param(
            RABBITMQ,
            REDIS,
            [
                (
                    "delete SHOP_BROKER_URL and SHOP_RESULT_BACKEND_URL from .env, and run `make env`: it adds the new "
                    "ones of .env.example, and REDIS_PASSWORD; passwords are random"
                ),
                LOCK,
                SET.format("SHOP_BROKER_URL, SHOP_RESULT_BACKEND_URL and REDIS_PASSWORD"),
                BESIDE.format("RabbitMQ", "Redis"),
                OTHER_BEAT,
                SENDERS,
                EMPTY,
                "look at the dead letters in shop.dead-letters, and send again what matters: nothing moves them",
                STOP,
                STAY.format("PostgreSQL"),
                GONE.format("rabbitmq, postgres"),
                VOLUME.format("rabbitmq"),
                VOLUME.format("postgres"),
                DROP.format("RABBITMQ_PASSWORD, POSTGRES_PASSWORD and SHOP_MANAGEMENT_URL"),
            ],
            id="rabbitmq to redis",
        ),
    ],
)
def test_another_broker(before: dict[str, object], after: dict[str, object], expected: list[str]) -> None:
    assert left(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            REDIS,
            {**REDIS, "backend": "postgresql"},
            [
                (
                    "delete SHOP_RESULT_BACKEND_URL from .env, and run `make env`: it adds the new ones of "
                    ".env.example, and POSTGRES_PASSWORD; passwords are random"
                ),
                LOCK,
                SET.format("SHOP_RESULT_BACKEND_URL and POSTGRES_PASSWORD"),
                CHORDS.format("Redis"),
                STAY.format("Redis"),
            ],
            id="redis to postgresql",
        ),
        pytest.param(
            RABBITMQ,
            {**RABBITMQ, "backend": "none"},
            [
                LOCK,
                CHORDS.format("PostgreSQL"),
                STAY.format("PostgreSQL"),
                "take `.get()` out of what sends tasks: there are no results any more",
                GONE.format("postgres"),
                VOLUME.format("postgres"),
                DROP.format("POSTGRES_PASSWORD and SHOP_RESULT_BACKEND_URL"),
            ],
            id="postgresql to none",
        ),
        pytest.param(
            {**RABBITMQ, "backend": "rpc"},
            RABBITMQ,
            [
                "`make env`: it adds POSTGRES_PASSWORD and SHOP_RESULT_BACKEND_URL to .env",
                LOCK,
                SET.format("POSTGRES_PASSWORD and SHOP_RESULT_BACKEND_URL"),
                "let processes that wait for a result have it before you restart them: it comes to them alone",
            ],
            id="rpc to postgresql",
        ),
        pytest.param(
            {**SMALL, "backend": "none"},
            SMALL,
            [
                "`make env`: it adds SHOP_RESULT_BACKEND_URL to .env",
                SET.format("SHOP_RESULT_BACKEND_URL"),
            ],
            id="none to redis",
        ),
    ],
)
def test_another_backend(before: dict[str, object], after: dict[str, object], expected: list[str]) -> None:
    assert left(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            {**RABBITMQ, "queues": ("default", "reports")},
            {**RABBITMQ, "queues": ("default",)},
            [
                DRAIN,
                "then `rabbitmqctl delete_queue shop.reports`: it stays, with what is in it",
                GONE.format("worker-reports"),
            ],
            id="one less on rabbitmq, which keeps it",
        ),
        pytest.param(
            {**SMALL, "queues": ("default", "reports")},
            SMALL,
            [DRAIN, GONE.format("worker-reports")],
            id="one less on redis",
        ),
        pytest.param(
            SMALL,
            {**SMALL, "queues": ("default", "web-hooks")},
            [
                (
                    "start a worker for the queue web-hooks before something is sent there: `python -m shop worker "
                    "web-hooks`; `make up` does"
                )
            ],
            id="one more",
        ),
        pytest.param(
            {**SMALL, "without": ("compose",)},
            {**SMALL, "without": ("compose",), "queues": ("default", "web-hooks")},
            [
                (
                    "start a worker for the queue web-hooks before something is sent there: `python -m shop "
                    "worker web-hooks`"
                )
            ],
            id="one more, without containers",
        ),
    ],
)
def test_other_queues(before: dict[str, object], after: dict[str, object], expected: list[str]) -> None:
    assert left(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            {**RABBITMQ, "queues": ("default", "heavy:max_task_seconds=900")},
            {**RABBITMQ, "queues": ("default", "heavy:max_task_seconds=900"), "max_attempts": 3},
            [
                (
                    "no worker and no sender of the new version works with the queues of the old one: RabbitMQ refuses "
                    "to declare them with another limit of deliveries (PRECONDITION_FAILED)"
                ),
                STOP_SENDERS,
                EMPTY,
                (
                    "stop the workers, and delete the empty queues, one by one, with `rabbitmqctl delete_queue NAME`: "
                    "shop.default shop.heavy. It does not ask whether they are empty"
                ),
                MADE_ANEW,
            ],
            id="max_attempts on rabbitmq",
        ),
        pytest.param(
            {**RABBITMQ, "queues": ("default", "heavy:max_task_seconds=900")},
            {**RABBITMQ, "queues": ("default", "heavy:max_task_seconds=3600")},
            [
                (
                    "RabbitMQ keeps the consumer timeout that shop.heavy was made with, without a word, and cuts off "
                    "what takes longer: it has to be made anew"
                ),
                STOP_SENDERS,
                EMPTY,
                (
                    "stop the workers, and delete the empty queues, one by one, with `rabbitmqctl delete_queue NAME`: "
                    "shop.heavy. It does not ask whether they are empty"
                ),
                MADE_ANEW,
            ],
            id="max_task_seconds on rabbitmq, beyond its own limit",
        ),
        pytest.param(
            {**RABBITMQ, "queues": ("default:max_task_seconds=60",)},
            {**RABBITMQ, "queues": ("default:max_task_seconds=90",), "longest_delay_seconds": 300},
            [],
            id="max_task_seconds and longest_delay on rabbitmq, within it",
        ),
        pytest.param(
            SMALL,
            {**SMALL, "queues": ("default:max_task_seconds=300",)},
            [VISIBILITY.format(1239, 1872)],
            id="max_task_seconds on redis",
        ),
        pytest.param(
            SMALL,
            {**SMALL, "longest_delay_seconds": 300},
            [
                (
                    "wait 900 s after the old version of what sends tasks has stopped: a countdown of more than 300 s "
                    "is longer than the new visibility timeout allows, and its task may run twice"
                ),
                VISIBILITY.format(1239, 519),
            ],
            id="longest_delay on redis",
        ),
    ],
)
def test_other_timeouts_and_limits(before: dict[str, object], after: dict[str, object], expected: list[str]) -> None:
    assert left(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            {**RABBITMQ, "queues": ("default",)},
            {**RABBITMQ, "queues": ("default",), "package": "store"},
            [
                "rename the variables SHOP_… to STORE_… in .env and where the project is deployed",
                (
                    "delete STORE_BROKER_URL, STORE_RESULT_BACKEND_URL and STORE_MANAGEMENT_URL from .env, and run "
                    "`make env`: it adds the new ones of .env.example; passwords are random"
                ),
                (
                    "move your own files from src/shop/ to src/store/, and change in all that is yours what names the "
                    "package: only the template's files have moved"
                ),
                SET.format("STORE_BROKER_URL, STORE_RESULT_BACKEND_URL and STORE_MANAGEMENT_URL"),
                (
                    "tasks are called store.… now, and no worker of the new version knows the old names: let workers "
                    "of the old version empty the queues, as `python -m shop queues` shows it, before new ones start"
                ),
                (
                    "servers in containers keep in their volumes the user and the database that they were made with, "
                    "called shop: `docker compose down --volumes` begins with empty ones"
                ),
            ],
            id="package",
        ),
        pytest.param(
            REDIS,
            {**REDIS, "name": "store", "package": "shop"},
            [
                LOCK,
                BESIDE.format("the queues shop.…", "the queues store.…"),
                OTHER_BEAT,
                SENDERS,
                EMPTY,
                STOP,
                (
                    "`docker compose --project-name shop down` stops the old stack, with --volumes for ever: the new "
                    "one is store"
                ),
            ],
            id="name",
        ),
        pytest.param(
            REDIS,
            {**REDIS, "python": "3.12"},
            ["`uv sync --python 3.12`: the image and CI have Python 3.12 now"],
            id="python",
        ),
    ],
)
def test_other_names_and_versions(before: dict[str, object], after: dict[str, object], expected: list[str]) -> None:
    assert left(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            REDIS,
            {**REDIS, "without": ("beat",)},
            [
                LOCK,
                (
                    "stop beat where the project is deployed: nothing is sent by itself any more. When its entries "
                    "last ran is still in Redis, the keys shop:beat:*: delete that"
                ),
                GONE.format("beat"),
            ],
            id="no beat on redis",
        ),
        pytest.param(
            RABBITMQ,
            {**RABBITMQ, "without": ("beat",)},
            [
                (
                    "stop beat where the project is deployed: nothing is sent by itself any more. When its entries "
                    "last ran is still in RabbitMQ, the queue shop.beat.runs: delete that"
                ),
                "send celery.backend_cleanup once a day: nothing else deletes old results in PostgreSQL",
                GONE.format("beat"),
            ],
            id="no beat on rabbitmq",
        ),
        pytest.param(
            {**RABBITMQ, "without": ("beat",)},
            RABBITMQ,
            ["start beat where the project is deployed, `python -m shop beat`: of two, one works"],
            id="beat",
        ),
        pytest.param(
            REDIS,
            {**REDIS, "without": ("compose",)},
            [LOCK, "`docker compose --project-name shop down` if the stack still runs: `make down` is gone"],
            id="no compose",
        ),
        pytest.param(
            REDIS,
            {**REDIS, "without": ("workflows",)},
            [
                (
                    "let workflows that are running end before you deploy: afterwards no worker knows the tasks of "
                    "shop.workflows"
                )
            ],
            id="no workflows",
        ),
        pytest.param(REDIS, {**REDIS, "without": ("ci",)}, [], id="no ci"),
    ],
)
def test_other_components(before: dict[str, object], after: dict[str, object], expected: list[str]) -> None:
    assert left(before, after) == expected


def test_variables_and_dependencies_count_though_the_answers_of_before_are_lost() -> None:
    project, tree = rendered(tuple({"name": "shop", **SMALL}.items()))
    pyproject = tree["pyproject.toml"].content
    base = {
        ".env.example": File(
            b"# a comment = no variable\nSHOP_BROKER_URL=other://\nSHOP_OLD=\n# SHOP_LOG_LEVEL=INFO\n"
        ),
        "pyproject.toml": File(pyproject.replace(b'"structlog', b'"stdlib')),
    }
    assert list(steps(None, project, base, tree)) == [
        (
            "delete SHOP_BROKER_URL from .env, and run `make env`: it adds the new ones of .env.example, and "
            "REDIS_PASSWORD and SHOP_RESULT_BACKEND_URL; passwords are random"
        ),
        LOCK,
        LOOK,
        SET.format("SHOP_BROKER_URL, REDIS_PASSWORD and SHOP_RESULT_BACKEND_URL"),
        DROP.format("SHOP_OLD"),
    ]
    assert steps(None, project, {}, tree) == (WITHOUT_BASE, LOOK)


def test_what_differs_in_pyproject_and_is_no_dependency_needs_no_new_lock() -> None:
    project, tree = rendered(tuple({"name": "shop", **SMALL}.items()))
    pyproject = File(tree["pyproject.toml"].content.replace(b"line-length = 100", b"line-length = 99"))
    assert pyproject != tree["pyproject.toml"]
    assert steps(project, project, {**tree, "pyproject.toml": pyproject}, tree) == (LOOK,)
